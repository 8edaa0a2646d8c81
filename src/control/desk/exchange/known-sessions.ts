import {
  FEWEST_OF_TEMPLATE,
  isOpenToTemplate,
  type KnownAttention,
  withAttention,
} from '../../../domain/attention.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import type { Bookmark } from '../../../store/imports.ts';
import { type RememberedSession, sessionsOf } from './remembered-sessions.ts';

/** What is remembered of who sat at a session. */
export type RememberedAttention = Pick<RememberedSession, 'skeleton' | 'isUnattended' | 'isOpen'>;

/**
 * What earlier imports and this one know of sessions. A template shows by its sessions alone, whatever their files and
 * their order: those that were judged before its fifth one are judged again.
 */
export class KnownSessions {
  readonly #unattended = new Set<SessionId>();
  readonly #bySkeleton = new Map<string, Set<SessionId>>();
  #hasNews = false;

  constructor(bookmarks: ReadonlyMap<string, Bookmark>) {
    for (const bookmark of bookmarks.values())
      for (const session of sessionsOf(bookmark)) if (session.result === 'recorded') this.#note(session);
  }

  /** Whether this import has met a session that may belong to a template. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** Judges who sat at a session by all that is known, and what is to be remembered of it. */
  attend(
    id: SessionId,
    session: TranscriptSession,
    isSaid: boolean,
  ): { readonly session: TranscriptSession; readonly remembered: RememberedAttention } {
    const { skeleton } = session;
    const isUnattended = isSaid || this.#unattended.has(id);
    const noted = { ...(skeleton === null ? {} : { skeleton }), ...(isUnattended ? { isUnattended } : {}) };
    this.#note({ id, ...noted });
    if (skeleton !== null) this.#hasNews = true;
    const known: KnownAttention = { isUnattended, isTemplated: this.#isTemplate(skeleton) };
    const attended = withAttention(session, known);
    return { session: attended, remembered: isOpenToTemplate(attended) ? { ...noted, isOpen: true } : noted };
  }

  /** Whether a session was judged before its template was known as one. */
  isPending({ result, skeleton, isOpen }: RememberedSession): boolean {
    return result === 'recorded' && isOpen === true && this.#isTemplate(skeleton ?? null);
  }

  #isTemplate(skeleton: string | null): boolean {
    return skeleton !== null && (this.#bySkeleton.get(skeleton)?.size ?? 0) >= FEWEST_OF_TEMPLATE;
  }

  #note({ id, skeleton, isUnattended }: Pick<RememberedSession, 'id' | 'skeleton' | 'isUnattended'>): void {
    if (isUnattended) this.#unattended.add(id);
    if (skeleton === undefined) return;
    const ids = this.#bySkeleton.get(skeleton);
    if (ids) ids.add(id);
    else this.#bySkeleton.set(skeleton, new Set([id]));
  }
}

import type { Amendment, LaterFacts } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { Outcome } from '../../../domain/record-words.ts';
import type { SaidVerdict } from '../../../judge/correct-verdict.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { requireSession } from '../../custody/find-sessions.ts';
import { tellTrouble } from '../../project/event-stream.ts';
import type { Project } from '../../project/project.ts';
import { type AmendedSession, previewAmendments, type Proposal, writeAmendments } from './amend.ts';
import { askAboutSessions, type ForgeRound } from './ask-about-sessions.ts';
import { proposeCorrection } from './propose-correction.ts';
import { proposeForgeNews } from './propose-forge-news.ts';
import { proposeLaterTruth } from './propose-later-truth.ts';
import { proposeRejudging } from './propose-rejudging.ts';

/** A correction to make. Sessions are named by the first letters of their id, times are ISO 8601 UTC. */
export type AmendRequest =
  /** A person's own values for one session. */
  | {
      readonly kind: 'said';
      readonly session: string;
      readonly verdict: SaidVerdict;
      readonly facts: LaterFacts;
      readonly why: string;
    }
  /** Judges again what an older judge judged: one session, those that started since, or all. */
  | { readonly kind: 'rejudge'; readonly session?: string | undefined; readonly since?: string | undefined }
  /** Takes in later news: reverts, pull requests, issues, CI. */
  | { readonly kind: 'delayed'; readonly since?: string | undefined };

/** The changes that a request makes, or would make. */
export interface AmendResult {
  readonly isWritten: boolean;
  readonly amended: readonly {
    readonly id: SessionId;
    readonly outcome: Outcome;
    readonly grade: number | null;
    readonly amendments: readonly Amendment[];
    readonly category: string;
  }[];
  /** Sessions that stay as they are, and why. */
  readonly left: readonly { readonly id: string; readonly because: string }[];
}

interface Proposed {
  readonly proposals: readonly Proposal[];
  readonly left: AmendResult['left'];
}

/** A request that a caller can preview, then write; both use the same answers of the forge. */
export class Correction {
  readonly #request: AmendRequest;
  readonly #cancelled: AbortSignal;
  #round: ForgeRound | null = null;

  constructor(request: AmendRequest, cancelled: AbortSignal) {
    this.#request = request;
    this.#cancelled = cancelled;
  }

  /** Previews the changes. Writes nothing. */
  async preview(project: Project): Promise<AmendResult> {
    const { proposals, left } = await this.#propose(project);
    return resultOf(false, await previewAmendments(project.store, proposals), left);
  }

  async write(project: Project): Promise<AmendResult> {
    const { proposals, left } = await this.#propose(project);
    return resultOf(true, await writeAmendments(project, proposals), left);
  }

  async #propose(project: Project): Promise<Proposed> {
    const request = this.#request;
    switch (request.kind) {
      case 'said': {
        const id = await requireSession(project, request.session);
        return { proposals: [await proposeCorrection(project, { ...request, id })], left: [] };
      }
      case 'rejudge': {
        const { session, since } = request;
        const only = session === undefined ? { since } : { id: await requireSession(project, session) };
        return proposeRejudging(project, only);
      }
      case 'delayed': {
        const { news } = (this.#round ??= await this.#askForge(project, request.since));
        const proposals = [
          ...(await proposeForgeNews(project, news)),
          ...(await proposeLaterTruth(project, request.since)),
        ];
        return { proposals, left: [] };
      }
    }
  }

  async #askForge(project: Project, since: string | undefined): Promise<ForgeRound> {
    const round = await askAboutSessions(project, { since, cancelled: this.#cancelled });
    if (round.trouble !== null)
      tellTrouble(
        project,
        `the forge could not be asked: ${oneLine(round.trouble, 200)}. What git alone can tell is told.`,
      );
    return round;
  }
}

function resultOf(
  isWritten: boolean,
  amended: readonly AmendedSession[],
  left: AmendResult['left'],
): AmendResult {
  return {
    isWritten,
    amended: amended.map(({ id, amendments, record }) => {
      const { outcome, grade, category } = record;
      return { id, outcome, grade, amendments, category };
    }),
    left,
  };
}

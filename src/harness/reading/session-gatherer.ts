import type { CliKind } from '../../domain/plan.ts';
import type { MessageUsage, SessionEvent, TokenCounts } from '../../domain/session-event.ts';
import type { LastWord, TranscriptSession } from '../../domain/transcript-session.ts';
import { emptyTranscript, foldEvent, type Transcript } from '../../domain/transcript.ts';
import { type AttendedSign, decideAttended, type Entry } from './transcript-format.ts';

/** The use of a conversation so far, as the CLI itself counts it. */
type Totals = Pick<Draft, 'costUsd' | 'counted'>;

/** One session while its file is being read. */
interface Draft {
  readonly thread: string | null;
  readonly agent: string | null;
  kind: TranscriptSession['kind'];
  parent: string | null;
  /** The beginning of another session of this file: it is told in a file of its own. */
  isPrefix: boolean;
  startedAt: string | null;
  endedAt: string | null;
  activeMs: number;
  /** Of the last line that said something. */
  spokenAt: string | null;
  cwd: string | null;
  branch: string | null;
  version: string | null;
  prompts: number;
  lastWord: LastWord;
  costUsd: number | null;
  counted: TokenCounts | null;
  isOwnCost: boolean;
  signs: Set<AttendedSign>;
  transcript: Transcript;
  /** Events that change nothing else: the larger part of many files, and each fold is a copy. */
  chatter: number;
  usage: Map<string, MessageUsage>;
  /** Lines of helpers, of those that say something. */
  helperLines: number;
  ownLines: number;
}

function newDraft(thread: string | null, agent: string | null): Draft {
  return {
    thread,
    agent,
    kind: 'session',
    parent: null,
    isPrefix: false,
    startedAt: null,
    endedAt: null,
    activeMs: 0,
    spokenAt: null,
    cwd: null,
    branch: null,
    version: null,
    prompts: 0,
    lastWord: 'none',
    costUsd: null,
    counted: null,
    isOwnCost: false,
    signs: new Set(),
    transcript: emptyTranscript,
    chatter: 0,
    usage: new Map(),
    helperLines: 0,
    ownLines: 0,
  };
}

/** Folds the entries of one file into its sessions. Holds what they used, message by message, and no line. */
export class SessionGatherer {
  readonly #harness: CliKind;
  readonly #fileThread: string | null;
  readonly #drafts = new Map<string, Draft>();
  #current: Draft | null = null;
  /** Entries before this time count only for their costs; null once this time has come. */
  #since: string | null;
  #before: Totals = { costUsd: null, counted: null };

  /** @param fileThread the conversation that the file is named for, where it is */
  constructor(harness: CliKind, fileThread: string | null, since: string | null) {
    this.#harness = harness;
    this.#fileThread = fileThread;
    this.#since = since;
  }

  take(entry: Entry): void {
    if (this.#since !== null && !(entry.at && entry.at >= this.#since)) {
      noteTotals(this.#before, entry);
      return;
    }
    this.#since = null;
    const draft = this.#draftFor(entry);
    if (entry.copiedFrom) startAnew(draft, entry.copiedFrom);
    else note(draft, entry);
  }

  /** Counts an unreadable part of a line, at the place that the reading has reached. */
  takeUnreadable(event: SessionEvent): void {
    if (this.#since !== null) return;
    const draft = this.#draftFor({ thread: null, events: [] });
    draft.transcript = foldEvent(draft.transcript, event);
  }

  finish(): TranscriptSession[] {
    return [...this.#drafts.values()]
      .filter((draft) => !draft.isPrefix)
      .map((draft) => complete(draft, this.#harness, this.#fileThread, this.#before));
  }

  #draftFor(entry: Entry): Draft {
    const thread = entry.thread ?? this.#current?.thread ?? null;
    const agent = entry.thread === null && this.#current ? this.#current.agent : (entry.agent ?? null);
    if (this.#current?.thread === thread && this.#current.agent === agent) return this.#current;
    const key = JSON.stringify([thread, agent]);
    const before = this.#current;
    this.#current = this.#drafts.get(key) ?? this.#adopt(key, thread, agent);
    if (before && before !== this.#current) this.#relate(before, this.#current, entry);
    return this.#current;
  }

  /** Entries before the first named conversation belong to that one. */
  #adopt(key: string, thread: string | null, agent: string | null): Draft {
    const [first] = this.#drafts.values();
    const isNameless = this.#drafts.size === 1 && first?.thread === null;
    const draft = isNameless ? { ...first, thread, agent } : newDraft(thread, agent);
    if (isNameless) this.#drafts.clear();
    this.#drafts.set(key, draft);
    return draft;
  }

  /** A conversation whose first line goes on from one of another has copied that one's lines, with their names. */
  #relate(before: Draft, draft: Draft, entry: Entry): void {
    const isNew = draft.chatter + draft.transcript.events + draft.transcript.unreadableLines === 0;
    if (!isNew || !entry.goesOn || draft.agent !== null || before.agent !== null) return;
    draft.kind = 'fork';
    draft.parent = before.thread;
    before.isPrefix = before.thread !== this.#fileThread;
  }
}

/** All of it so far was another session's. */
function startAnew(draft: Draft, parent: string): void {
  Object.assign(draft, newDraft(draft.thread, draft.agent), { kind: 'fork', parent });
}

function note(draft: Draft, entry: Entry): void {
  noteFacts(draft, entry);
  const { sign } = entry;
  if (sign && (sign !== 'print-mode' || draft.prompts === 0)) draft.signs.add(sign);
  const { events } = entry;
  if (events.length === 1 && events[0]?.kind === 'noted') {
    draft.chatter++;
    return;
  }
  noteTime(draft, entry);
  const isHelper = events.some(({ kind }) => kind === 'delegated');
  if (entry.isSubagent) draft.helperLines++;
  else draft.ownLines++;
  for (const event of events) {
    if (event.kind === 'used') {
      draft.usage.set(event.messageId, event.tokens);
      draft.chatter++;
      continue;
    }
    draft.transcript = foldEvent(draft.transcript, event);
    if (isHelper) continue;
    if (event.kind === 'prompted') draft.prompts++;
    draft.lastWord = LAST_WORDS[event.kind] ?? draft.lastWord;
  }
}

function noteFacts(draft: Draft, entry: Entry): void {
  const { at } = entry;
  if (at) {
    if (draft.startedAt === null || at < draft.startedAt) draft.startedAt = at;
    if (draft.endedAt === null || at > draft.endedAt) draft.endedAt = at;
  }
  draft.cwd ??= entry.cwd ?? null;
  draft.branch ??= entry.branch ?? null;
  draft.version ??= entry.version ?? null;
  noteTotals(draft, entry);
  if (entry.isOwnCost) draft.isOwnCost = true;
  if (entry.parent && draft.parent === null) {
    draft.parent = entry.parent;
    if (!entry.isSubagent) draft.kind = 'fork';
  }
  if (entry.isSubagent && entry.agent) draft.kind = 'subagent';
}

/**
 * Lines stand in any order, and chatter may come hours later: only a line that says something, and goes forward, is
 * work.
 */
function noteTime(draft: Draft, { at, events }: Entry): void {
  if (!at || !events.some(({ kind }) => kind in LAST_WORDS)) return;
  const isPrompt = events.some(({ kind }) => kind === 'prompted');
  if (draft.spokenAt !== null && at <= draft.spokenAt) return;
  if (draft.spokenAt !== null && !isPrompt) draft.activeMs += Date.parse(at) - Date.parse(draft.spokenAt);
  draft.spokenAt = at;
}

const LAST_WORDS: Partial<Record<SessionEvent['kind'], LastWord>> = {
  prompted: 'person',
  said: 'agent',
  called: 'call',
  answered: 'tool',
};

function noteTotals(totals: Totals, { costUsd, counted }: Entry): void {
  if (costUsd !== undefined) totals.costUsd = costUsd;
  if (counted !== undefined) totals.counted = counted;
}

function without(total: number | null, before: number | null): number | null {
  return total === null ? null : Math.max(0, total - (before ?? 0));
}

function tokensWithout(total: TokenCounts | null, before: TokenCounts | null): TokenCounts | null {
  if (total === null) return null;
  return {
    input: without(total.input, before?.input ?? null),
    output: without(total.output, before?.output ?? null),
    cacheRead: without(total.cacheRead, before?.cacheRead ?? null),
    cacheWrite: without(total.cacheWrite, before?.cacheWrite ?? null),
  };
}

function complete(
  draft: Draft,
  harness: CliKind,
  fileThread: string | null,
  before: Totals,
): TranscriptSession {
  const costUsd = without(draft.costUsd, before.costUsd);
  // Files of helpers hold nothing but their lines; in others these stand among the session's own.
  const isSubagent = draft.kind === 'subagent' || (draft.helperLines > 0 && draft.ownLines === 0);
  const events = draft.transcript.events + draft.chatter;
  const transcript = { ...draft.transcript, events, usageByMessage: draft.usage };
  const thread = draft.thread ?? fileThread;
  return {
    harness,
    thread,
    kind: isSubagent ? 'subagent' : draft.kind,
    parent: isSubagent || draft.kind === 'fork' ? draft.parent : null,
    agent: isSubagent ? draft.agent : null,
    startedAt: draft.startedAt,
    endedAt: draft.endedAt,
    activeMs: draft.activeMs,
    cwd: draft.cwd,
    branch: draft.branch,
    version: draft.version,
    ...decideAttended(draft.signs, draft.prompts),
    prompts: draft.prompts,
    lastWord: transcript.openCalls.length > 0 ? 'call' : draft.lastWord,
    transcript: transcript.thread === null ? { ...transcript, thread } : transcript,
    // Most CLIs do not say which of a fork's totals are its parent's.
    counted: draft.kind === 'fork' ? null : tokensWithout(draft.counted, before.counted),
    costUsd:
      draft.kind === 'fork' && !draft.isOwnCost ? null : (costUsd ?? transcript.ended?.costUsd ?? null),
  };
}

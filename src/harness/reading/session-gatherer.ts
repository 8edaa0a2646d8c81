import type { CliKind } from '../../domain/plan.ts';
import { shownFiles } from '../../domain/edited-files.ts';
import type { MessageUsage, SessionEvent } from '../../domain/session-event.ts';
import { type ImportRules, NO_RULES } from '../../domain/import-rules.ts';
import { withOtherCalls } from '../../domain/other-calls.ts';
import { NO_HELPERS, type TranscriptSession } from '../../domain/transcript-session.ts';
import { EditLedger } from './edit-ledger.ts';
import { LineTimes } from './line-times.ts';
import { isPossible } from '../../domain/session-time.ts';
import { addUsage } from '../../domain/message-usage.ts';
import { joinTokens, NO_TOKENS } from '../../domain/token-counts.ts';
import { emptyTranscript, foldEvent } from '../../domain/transcript.ts';
import { CommitLedger } from './commit-ledger.ts';
import { TurnLedger } from './turns.ts';
import { Attention } from './attention.ts';
import type { Entry } from './transcript-format.ts';

/** The facts of a session as far as its file has been read. */
type Facts = { -readonly [Key in keyof TranscriptSession]: TranscriptSession[Key] };

/** The use of a conversation so far, as the CLI itself counts it. */
type Totals = Pick<Facts, 'costUsd' | 'counted'>;

/** One session while its file is being read. */
interface Draft {
  readonly facts: Facts;
  /** The beginning of another session of this file: it is told in a file of its own. */
  isPrefix: boolean;
  readonly times: LineTimes;
  isOwnCost: boolean;
  readonly attention: Attention;
  /** Events that change nothing else: the larger part of many files, and each fold is a copy. */
  chatter: number;
  readonly usage: Map<string, MessageUsage>;
  readonly ledger: EditLedger;
  readonly commits: CommitLedger;
  readonly turns: TurnLedger;
  /** Lines of helpers, of those that say something. */
  helperLines: number;
  ownLines: number;
}

function newDraft(
  facts: Pick<Facts, 'harness' | 'thread' | 'agent'> & Partial<Facts>,
  rules: ImportRules,
): Draft {
  return {
    facts: {
      kind: 'session',
      parent: null,
      startedAt: null,
      endedAt: null,
      impossibleTimes: 0,
      activeMs: 0,
      cwd: null,
      branch: null,
      version: null,
      ...new Attention().decide(),
      prompts: 0,
      lastWord: 'none',
      handOff: null,
      helpers: NO_HELPERS,
      transcript: emptyTranscript,
      edits: null,
      toldCommits: [],
      counted: null,
      costUsd: null,
      ...facts,
    },
    isPrefix: false,
    times: new LineTimes(),
    isOwnCost: false,
    attention: new Attention(),
    chatter: 0,
    usage: new Map(),
    ledger: new EditLedger(),
    commits: new CommitLedger(),
    turns: new TurnLedger(rules),
    helperLines: 0,
    ownLines: 0,
  };
}

/** Folds the entries of one file into its sessions. Holds what they used, message by message, and no line of it. */
export class SessionGatherer {
  readonly #harness: CliKind;
  readonly #fileThread: string | null;
  readonly #drafts = new Map<string, Draft>();
  #current: Draft | null = null;
  /** Entries before this time count only for their costs; null once this time has come. */
  #since: string | null;
  #before: Totals = { costUsd: null, counted: null };
  readonly #rules: ImportRules;

  /** @param fileThread the conversation that the file is named for, where it is */
  constructor(
    harness: CliKind,
    fileThread: string | null,
    since: string | null,
    rules: ImportRules = NO_RULES,
  ) {
    this.#rules = rules;
    this.#harness = harness;
    this.#fileThread = fileThread;
    this.#since = since;
  }

  /** @param hasOddTime whether its line tells a time that is none */
  take(entry: Entry, hasOddTime = false): void {
    if (this.#since !== null && !(entry.at && entry.at >= this.#since)) {
      noteTotals(this.#before, entry);
      return;
    }
    this.#since = null;
    const draft = this.#draftFor(entry);
    const isOdd = hasOddTime || (typeof entry.at === 'string' && !isPossible(entry.at, this.#rules.until));
    if (entry.copiedFrom) startAnew(draft, entry.copiedFrom, this.#rules);
    else note(draft, isOdd ? { ...entry, at: null } : entry);
    if (isOdd) draft.times.noteImpossible();
  }

  /** Counts an unreadable part of a line, at the place that the reading has reached. */
  takeUnreadable(event: SessionEvent): void {
    if (this.#since !== null) return;
    const draft = this.#draftFor({ thread: null, events: [] });
    draft.facts.transcript = foldEvent(draft.facts.transcript, event);
  }

  finish(): TranscriptSession[] {
    return [...this.#drafts.values()]
      .filter((draft) => !draft.isPrefix)
      .map((draft) => complete(draft, this.#fileThread, this.#before));
  }

  #draftFor(entry: Entry): Draft {
    const current = this.#current?.facts;
    const thread = entry.thread ?? current?.thread ?? null;
    const agent = entry.thread === null && current ? current.agent : (entry.agent ?? null);
    if (this.#current && current?.thread === thread && current.agent === agent) return this.#current;
    const key = JSON.stringify([thread, agent]);
    const before = this.#current;
    this.#current = this.#drafts.get(key) ?? this.#adopt(key, thread, agent);
    if (before && before !== this.#current) this.#relate(before, this.#current, entry);
    return this.#current;
  }

  /** Entries before the first named conversation belong to that one. */
  #adopt(key: string, thread: string | null, agent: string | null): Draft {
    const names = { harness: this.#harness, thread, agent };
    const [first] = this.#drafts.values();
    const isNameless = this.#drafts.size === 1 && first?.facts.thread === null;
    const draft = isNameless
      ? { ...first, facts: { ...first.facts, ...names } }
      : newDraft(names, this.#rules);
    if (isNameless) this.#drafts.clear();
    this.#drafts.set(key, draft);
    return draft;
  }

  /** A conversation whose first line goes on from one of another has copied that one's lines, with their names. */
  #relate(before: Draft, { facts, chatter }: Draft, entry: Entry): void {
    const isNew = chatter + facts.transcript.events + facts.transcript.unreadableLines === 0;
    if (!isNew || !entry.goesOn || facts.agent !== null || before.facts.agent !== null) return;
    facts.kind = 'fork';
    facts.parent = before.facts.thread;
    before.isPrefix = before.facts.thread !== this.#fileThread;
  }
}

/** All of it so far was another session's. */
function startAnew(draft: Draft, parent: string, rules: ImportRules): void {
  const { harness, thread, agent } = draft.facts;
  Object.assign(draft, newDraft({ harness, thread, agent, kind: 'fork', parent }, rules));
}

function note(draft: Draft, entry: Entry): void {
  const { facts } = draft;
  noteFacts(draft, entry);
  const isHelper = entry.events.some(({ kind }) => kind === 'delegated');
  const events = isHelper ? entry.events : draft.attention.take(entry);
  facts.transcript = draft.turns.begin({ ...entry, events }, facts.transcript);
  if (events.length === 1 && events[0]?.kind === 'noted') {
    draft.chatter++;
    return;
  }
  noteTime(draft, { ...entry, events });
  if (entry.isSubagent) draft.helperLines++;
  else draft.ownLines++;
  const message = messageOf(events);
  for (const told of events) {
    const event = draft.turns.take(told, message, isHelper);
    if (event.kind === 'used') {
      addUsage(draft.usage, event.messageId, event.tokens);
      draft.chatter++;
      continue;
    }
    draft.ledger.take(event, entry.at ?? null, facts.cwd);
    const before = facts.transcript;
    facts.transcript = foldEvent(before, event);
    draft.commits.take(
      event,
      entry.at ?? null,
      facts.transcript.printedCommits.slice(before.printedCommits.length),
    );
  }
}

/** The model's message that a line belongs to, where it says what that used. */
function messageOf(events: readonly SessionEvent[]): string | null {
  const used = events.find((event) => event.kind === 'used');
  return used?.messageId ?? null;
}

function noteFacts(draft: Draft, entry: Entry): void {
  const { facts } = draft;
  const { at } = entry;
  if (at) draft.times.note(at);
  facts.cwd ??= entry.cwd ?? null;
  facts.branch ??= entry.branch ?? null;
  facts.version ??= entry.version ?? null;
  noteTotals(facts, entry);
  if (entry.isOwnCost) draft.isOwnCost = true;
  if (entry.parent && facts.parent === null) {
    facts.parent = entry.parent;
    if (!entry.isSubagent) facts.kind = 'fork';
  }
  if (entry.isSubagent && entry.agent) facts.kind = 'subagent';
}

function noteTime(draft: Draft, { at, events }: Entry): void {
  if (!at || !events.some(({ kind }) => WORDS.has(kind))) return;
  draft.times.noteWords(
    at,
    events.some(({ kind }) => kind === 'prompted'),
  );
}

const WORDS: ReadonlySet<string> = new Set<SessionEvent['kind']>(['prompted', 'said', 'called', 'answered']);

function noteTotals(totals: Totals, { costUsd, counted }: Entry): void {
  if (costUsd !== undefined) totals.costUsd = costUsd;
  if (counted !== undefined) totals.counted = counted;
}

function without(total: number | null, before: number | null): number | null {
  return total === null ? null : Math.max(0, total - (before ?? 0));
}

function complete(draft: Draft, fileThread: string | null, before: Totals): TranscriptSession {
  const { facts } = draft;
  // Files of helpers hold nothing but their lines; in others these stand among the session's own.
  const isSubagent = facts.kind === 'subagent' || (draft.helperLines > 0 && draft.ownLines === 0);
  const isFork = facts.kind === 'fork';
  const thread = facts.thread ?? fileThread;
  const { open, closed } = draft.turns.stillOpen(facts.transcript.openCalls);
  // The effect of a call without an answer is not known.
  const unanswered = closed.flatMap(({ tool, edited }) => (edited ? [{ name: tool, calls: 1 }] : []));
  const turns = draft.turns.result(draft.helperLines > 0);
  const transcript = {
    ...facts.transcript,
    openCalls: open,
    otherCalls: withOtherCalls(facts.transcript.otherCalls, unanswered),
    thread: facts.transcript.thread ?? thread,
    events: facts.transcript.events + draft.chatter,
    usageByMessage: draft.usage,
    ...shownFiles(facts.transcript, facts.cwd),
  };
  const costUsd = without(facts.costUsd, before.costUsd) ?? transcript.ended?.costUsd ?? null;
  return {
    ...facts,
    ...draft.times.facts(),
    ...turns,
    thread,
    kind: isSubagent ? 'subagent' : facts.kind,
    parent: isSubagent || isFork ? facts.parent : null,
    agent: isSubagent ? facts.agent : null,
    ...draft.attention.decide(),
    lastWord: open.length > 0 ? 'call' : turns.lastWord,
    transcript,
    edits: draft.ledger.result(),
    toldCommits: draft.commits.told,
    // Most CLIs do not say which of a fork's totals are its parent's.
    counted: isFork ? null : facts.counted && joinTokens(facts.counted, before.counted ?? NO_TOKENS, without),
    costUsd: isFork && !draft.isOwnCost ? null : costUsd,
  };
}

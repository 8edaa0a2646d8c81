import type { ImportRules } from '../../domain/import-rules.ts';
import type { OtherCommand } from '../../domain/read-only-command.ts';
import type { SessionEvent } from '../../domain/session-event.ts';
import type { LastWord, TranscriptSession } from '../../domain/transcript-session.ts';
import type { Transcript } from '../../domain/transcript.ts';
import type { Entry } from './transcript-format.ts';

type Called = Extract<SessionEvent, { kind: 'called' }>;

/** Who spoke last in a session, helpers apart, as far as its file has been read. */
export interface Turns {
  readonly prompts: number;
  readonly lastWord: LastWord;
  /** Counts the answers of the model: a call of an earlier one waits for nothing any more. */
  readonly round: number;
  /** A person or a tool has answered since the model's last word: its next word is a new answer. */
  readonly isAnswered: boolean;
  /** The model's last message, where its lines name it. */
  readonly message: string | null;
  /** The pattern of the command by which it handed off its work as the last thing that it did. */
  readonly handOff: string | null;
}

const NO_TURNS: Turns = {
  prompts: 0,
  lastWord: 'none',
  round: 0,
  isAnswered: false,
  message: null,
  handOff: null,
};

/** The turns after an event of the session's own. Pure. */
function turnsAfter(turns: Turns, event: SessionEvent, message: string | null, rules: ImportRules): Turns {
  if (event.kind === 'prompted') {
    const line = event.command ?? '';
    const handOff = line === '' ? null : rules.endingOf({ name: line, line });
    return { ...turns, prompts: turns.prompts + 1, lastWord: 'person', isAnswered: true, handOff };
  }
  if (event.kind === 'said')
    return { ...spoken(turns, message, turns.lastWord === 'call'), lastWord: 'agent', handOff: null };
  if (event.kind === 'called')
    return { ...spoken(turns, message, false), lastWord: 'call', handOff: handOffIn(event, rules) };
  return event.kind === 'answered' ? { ...turns, lastWord: 'tool', isAnswered: true } : turns;
}

/**
 * One message of the model comes in several lines, and answers to its first calls can stand between them. Where lines do
 * not name their message, words stand before the calls of theirs.
 */
function spoken(turns: Turns, message: string | null, isBehindCall: boolean): Turns {
  const isNamed = message !== null && turns.message !== null;
  const isNew = isNamed ? message !== turns.message : turns.isAnswered || isBehindCall;
  return {
    ...turns,
    round: turns.round + (isNew ? 1 : 0),
    isAnswered: false,
    message: message ?? turns.message,
  };
}

function handOffIn(call: Called, rules: ImportRules): string | null {
  for (const command of commandsOf(call)) {
    const pattern = rules.endingOf(command);
    if (pattern !== null) return pattern;
  }
  return null;
}

function commandsOf({ others, tool }: Called): readonly OtherCommand[] {
  return others ?? [{ name: tool, line: tool }];
}

/** A call without the commands that the user's rules name: those that change nothing, and those that hand off. */
function withRules(call: Called, rules: ImportRules): Called {
  if (call.isReadOnly === true || call.isStrange === true) return call;
  const commands = commandsOf(call);
  const unknown = commands.filter((each) => !rules.isReading(each) && rules.endingOf(each) === null);
  if (unknown.length === commands.length) return call;
  return unknown.length === 0 ? { ...call, isReadOnly: true } : { ...call, others: unknown };
}

type Open = Transcript['openCalls'];

/** Gathers from the events of one session who spoke last, and which of its calls still wait. */
export class TurnLedger {
  readonly #rules: ImportRules;
  #turns = NO_TURNS;
  /** The round in which each call without an answer was made. */
  readonly #rounds = new Map<string, number>();
  readonly #started = new Set<string>();
  #helperTool: string | null = null;
  /** Prompts that wait in line, and whether one was taken from it that no line shows yet. */
  #queued = 0;
  #isTaken = false;
  /** The state before a command of the CLI, as long as nothing but that command has followed. */
  #beforeCommand: { readonly turns: Turns; readonly transcript: Transcript } | null = null;

  constructor(rules: ImportRules) {
    this.#rules = rules;
  }

  /**
   * A line, before its events are taken.
   *
   * @returns the transcript to go on from: an earlier one, where the line shows that a command was no prompt
   */
  begin({ queue, isLocalOutput, events }: Entry, transcript: Transcript): Transcript {
    if (queue !== undefined) this.#line(queue);
    if (isLocalOutput && this.#beforeCommand !== null) {
      const { turns, transcript: before } = this.#beforeCommand;
      this.#beforeCommand = null;
      this.#turns = turns;
      return { ...before, events: transcript.events };
    }
    if (events.some(({ kind }) => kind in SPEAKING)) this.#beforeCommand = null;
    if (events.some((event) => event.kind === 'prompted' && event.command !== undefined))
      this.#beforeCommand = { turns: this.#turns, transcript };
    return transcript;
  }

  #line(queue: NonNullable<Entry['queue']>): void {
    if (queue === 'in') this.#queued++;
    else if (queue === 'all back') this.#queued = 0;
    else if (this.#queued > 0) {
      this.#queued--;
      this.#isTaken ||= queue === 'out';
    }
  }

  /**
   * @param message the model's message that the line belongs to
   * @param isHelper whether a helper's line tells it
   * @returns the event after the user's rules
   */
  take(event: SessionEvent, message: string | null, isHelper: boolean): SessionEvent {
    if (!isHelper) this.#turns = turnsAfter(this.#turns, event, message, this.#rules);
    if (!isHelper && event.kind in SPEAKING) this.#isTaken = false;
    if (event.kind === 'answered') {
      this.#rounds.delete(event.callId);
      if (event.isError) this.#started.delete(event.callId);
    }
    if (event.kind !== 'called') return event;
    this.#rounds.set(event.callId, this.#turns.round);
    if (event.place === 'subagent' && event.isReadOnly !== true) {
      this.#started.add(event.callId);
      this.#helperTool ??= event.tool;
    }
    return withRules(event, this.#rules);
  }

  /** Those of the calls without an answer that may still get one: the model has not gone on without it. */
  stillOpen(calls: Open): { readonly open: Open; readonly closed: Open } {
    const { round, handOff } = this.#turns;
    const isOpen = ({ callId }: Open[number]): boolean => {
      const made = this.#rounds.get(callId) ?? round;
      return made === round && handOff === null;
    };
    return { open: calls.filter(isOpen), closed: calls.filter((call) => !isOpen(call)) };
  }

  /** @param areHelpersTold whether the lines of its helpers stand among its own */
  result(areHelpersTold: boolean): Pick<TranscriptSession, 'prompts' | 'lastWord' | 'handOff' | 'helpers'> {
    const { prompts, lastWord, handOff } = this.#turns;
    const started = this.#started.size;
    const isWaiting = this.#isTaken || this.#queued > 0;
    return {
      prompts: isWaiting ? Math.max(1, prompts) : prompts,
      lastWord: isWaiting ? 'person' : lastWord,
      handOff: isWaiting ? null : handOff,
      helpers: { tool: this.#helperTool, started, told: areHelpersTold ? started : 0 },
    };
  }
}

const SPEAKING: Partial<Record<SessionEvent['kind'], true>> = {
  prompted: true,
  said: true,
  called: true,
  answered: true,
};

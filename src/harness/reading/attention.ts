import type { TranscriptSession } from '../../domain/transcript-session.ts';
import type { SessionEvent } from '../../domain/session-event.ts';
import { readPromptWords, skeletonOf } from './prompt-words.ts';
import type { AttendedSign, Entry } from './transcript-format.ts';

type Attended = Pick<TranscriptSession, 'attended' | 'attendedBecause' | 'isSteered' | 'skeleton'>;

/** The signs of one session for and against a person. */
interface Shown {
  readonly signs: ReadonlySet<AttendedSign>;
  /** Prompts of a person or of a program that stands for one. */
  readonly typed: number;
  /** Prompts of other agents. */
  readonly sent: number;
  /** Whether an editor added its open files, until the first prompt. */
  readonly isInEditor: boolean;
}

/**
 * Signs for and against a person at the keyboard, by weight. The CLI's word about its start decides, unless all that
 * came in came from another agent: that one started it in a terminal. Then acts that only a person does; then the words
 * around the prompts. A single prompt without any of these proves neither.
 */
const SIGNS: readonly (readonly [(shown: Shown) => boolean, 'yes' | 'no' | 'unknown', string])[] = [
  [
    (shown) => isAt('terminal')(shown) && !isSent(shown),
    'yes',
    'a person started it in a terminal or an editor',
  ],
  [isAt('program'), 'no', 'it was started by a program'],
  // Such a client can be an orchestrator, and then later prompts and interruptions are its own.
  [isAt('client'), 'unknown', 'a program that stint does not know started it'],
  [isAt('interrupted'), 'yes', 'a person interrupted it'],
  // Beside the agent.
  [isAt('commanded'), 'yes', 'a person ran a command in it'],
  [isAt('rejected'), 'yes', 'a person refused a tool'],
  [isAt('answered'), 'yes', 'a person answered a question'],
  [({ typed }) => typed > 1, 'yes', 'it was prompted again in between'],
  [isSent, 'no', 'all of its prompts are messages of another agent'],
  [isAt('teammate'), 'no', 'it was started as a member of a team of agents'],
  [({ isInEditor, typed }) => isInEditor && typed > 0, 'yes', 'an editor added its open files to the prompt'],
  [isAt('print-mode'), 'no', 'its file begins as in print mode'],
];

function isAt(sign: AttendedSign) {
  return ({ signs }: Shown): boolean => signs.has(sign);
}

function isSent({ typed, sent }: Shown): boolean {
  return typed === 0 && sent > 0;
}

const ACTS: readonly AttendedSign[] = ['interrupted', 'commanded', 'rejected', 'answered'];

/** Whether a person steered the session, from its own lines. */
function decideAttended(shown: Shown): Pick<Attended, 'attended' | 'attendedBecause'> {
  const seen = SIGNS.find(([isSeen]) => isSeen(shown));
  if (seen === undefined)
    return { attended: 'unknown', attendedBecause: 'nothing in it says who prompted it' };
  const [, attended, attendedBecause] = seen;
  return { attended, attendedBecause };
}

/** Gathers from the lines of one session who sat there. */
export class Attention {
  readonly #signs = new Set<AttendedSign>();
  #typed = 0;
  #sent = 0;
  #isInEditor = false;
  #skeleton: string | null = null;

  /** @returns its events, without a prompt that nothing but the CLI or an editor wrote */
  take({ events, sign, prompt }: Entry): readonly SessionEvent[] {
    // The lines of print mode that stand behind a prompt prove nothing.
    if (sign && (sign !== 'print-mode' || this.#typed + this.#sent === 0)) this.#signs.add(sign);
    const isPrompt = events.some(({ kind }) => kind === 'prompted');
    if (typeof prompt !== 'string') {
      if (isPrompt) this.#typed++;
      return events;
    }
    const { by, isFromEditor, own } = readPromptWords(prompt);
    // Later it tells of the machine, and not of who began.
    if (isFromEditor && this.#typed === 0) this.#isInEditor = true;
    if (by === 'agent') this.#sent++;
    else if (by === 'prompter' && this.#typed++ === 0) this.#skeleton = skeletonOf(own);
    return by === 'cli' && isPrompt ? withoutPrompt(events) : events;
  }

  decide(): Attended {
    const shown = { signs: this.#signs, typed: this.#typed, sent: this.#sent, isInEditor: this.#isInEditor };
    return {
      ...decideAttended(shown),
      isSteered: this.#typed > 1 || ACTS.some((act) => this.#signs.has(act)),
      skeleton: this.#skeleton,
    };
  }
}

function withoutPrompt(events: readonly SessionEvent[]): readonly SessionEvent[] {
  const others = events.filter(({ kind }) => kind !== 'prompted');
  return others.length > 0 ? others : [{ kind: 'noted' }];
}

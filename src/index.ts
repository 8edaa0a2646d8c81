/// <reference lib="esnext.disposable" preserve="true" />

// The library's door: all that other programs may use. Nothing inside stint imports it.
import path from 'node:path';
import type { StintEvent, Waiting } from './domain/event.ts';
import { exitCodeOf } from './domain/exit-code.ts';
import type { LivenessState } from './domain/liveness.ts';
import type { SessionRecord } from './domain/record.ts';
import type { Outcome } from './domain/record-words.ts';
import { systemClock } from './lib/clock.ts';
import { messageOf, Problem, wrongCall } from './lib/problem.ts';
import type { Work } from './stint/data.ts';
import { keepOpen, type KeptProject, type StintPlace } from './stint/opening.ts';
import type { ReliabilityReport } from './stint/reports.ts';
import { Stint as UseCases } from './stint/stint.ts';

export type { FailureClass, FailureMode } from './domain/failure-mode.ts';
export type { CategoryName, SessionId } from './domain/ids.ts';
export type { GradeParts, StopReason } from './domain/record.ts';
export type { LivenessState, Outcome, ReliabilityReport, SessionRecord, StintEvent };
export { Problem };

/** What to open. */
export interface StintOptions {
  /** A folder inside the git repository to work on; relative ones start at the current folder. */
  readonly folder: string;
  /** Read instead of `stint.yaml` at the top of the repository; relative ones start at `folder`. */
  readonly configFile?: string;
  /** Settings over the configuration, as `--set` takes them: `supervise.silence=5m`. */
  readonly set?: readonly string[];
  /** What agents and git get as their environment. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Told when `run` finds that the configuration has changed, is broken (the last good one is kept) or is good again.
   * Default: a warning of the process where it is broken or good again. An error that it throws becomes such a warning.
   */
  readonly onConfig?: (event: ConfigEvent) => void;
  /** `read` makes and changes nothing, and refuses to start sessions. Default: `write`. */
  readonly access?: 'read' | 'write';
}

/** What became of the files of the configuration while the project is open. */
export interface ConfigEvent {
  /** `changed`: new settings hold from now on · `broken`: the last good ones are kept · `restored`: good again. */
  readonly kind: 'changed' | 'broken' | 'restored';
  /** For people; when broken with file, line, column, the value and what to do. */
  readonly message: string;
  /** What is wrong; null unless broken. */
  readonly problem: Problem | null;
}

/** What a running session waits for, said about as often as `supervise.sample`. */
export interface SessionProgress {
  readonly id: string;
  readonly category: string;
  /** On whom it waits; docs/liveness.md says what each state means. */
  readonly state: LivenessState;
  /** For people: `npm test`, `the model`. */
  readonly waitingOn: string;
  /** Answers of the model so far. */
  readonly turns: number;
  /** Input, output and cache together. */
  readonly tokens: number;
  /** Milliseconds since the supervision began. */
  readonly elapsedMs: number;
}

/** How a session is watched and ended from outside. */
export interface RunOptions {
  /** Aborting ends the session in order; it is judged and recorded as cancelled, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** An error that it throws or rejects with becomes a warning of the process, once; the session goes on. */
  readonly onProgress?: (progress: SessionProgress) => void;
}

/** How a command of your own is wrapped. */
export interface WrapOptions extends RunOptions {
  /** The name whose lock it holds. Default: the name of the program. */
  readonly category?: string;
  /** The longest that it may run, in milliseconds. Default: 45 minutes. */
  readonly timeoutMs?: number;
}

/** The record of a wrapped command; `stop.exitCode` is the command's own exit code. */
export interface WrapRecord extends SessionRecord {
  /** What `stint run --wrap` exits with: the command's own code, unless stint ended it or did not start it. */
  readonly exitCode: number;
}

/** Which records to read. */
export interface RecordFilter {
  readonly category?: string;
  readonly outcome?: Outcome;
  /** At most so many of the newest. Default: all. */
  readonly limit?: number;
}

/** What the reliability report looks at. */
export interface ReportOptions {
  /** The newest sessions, so many. Default: 100. */
  readonly last?: number;
  /** So many of them are compared with those before. Default: 30. */
  readonly recent?: number;
}

/** One opened project. Close it, or declare it with `await using`. */
export interface Stint extends AsyncDisposable {
  /**
   * Runs one session of a category of `stint.yaml`, from its lock to its record. Several may run at once, each of a
   * category of its own. It starts from the commit that is checked out now, by the configuration as it stands now; what
   * is edited later changes nothing in it.
   *
   * @returns the record; whatever the agent did wrong is in there and never thrown
   * @throws Problem when the session may not start: `no_config`, `unknown_category` and other errors of the
   *   configuration (`exitCode` 2); `harness_missing` (1); `busy`, `parked` (75: try later); `interrupted` (130) when
   *   `signal` was aborted before anything started
   * @example
   *   const { outcome, commits } = await stint.run('code', { signal: AbortSignal.timeout(600_000) });
   */
  run(category: string, options?: RunOptions): Promise<SessionRecord>;
  /**
   * Runs a command of your own in `folder`: lock, supervision, verdict and record. It needs neither a repository nor a
   * configuration.
   *
   * @param words the program and its arguments; no shell reads them
   * @throws Problem `usage` for a wrong call (2), `harness_missing` without the program (1), `busy` (75)
   * @example
   *   const record = await stint.wrap(['./nightly.sh', '--all'], { timeoutMs: 2 * 3_600_000 });
   */
  wrap(words: readonly string[], options?: WrapOptions): Promise<WrapRecord>;
  /**
   * The records with their later corrections, newest first. A session that still runs has none yet.
   *
   * @example
   *   for (const { id, reasons } of await stint.records({ outcome: 'failed', limit: 10 })) console.log(id, reasons);
   */
  records(filter?: RecordFilter): Promise<SessionRecord[]>;
  /**
   * How sessions fail. Rates are 0.0-1.0 with 95 % intervals; null where no session counts. `leftOut` says how many
   * sessions are in none of its numbers, and why.
   *
   * @example
   *   const { failing, dominant } = await stint.report({ last: 200 });
   */
  report(options?: ReportOptions): Promise<ReliabilityReport>;
  /**
   * Tells of everything that happens in this opened project, with secrets taken out; docs/api.md lists the events. An
   * error of the listener becomes a warning of the process, once; it hears the next event all the same.
   *
   * @returns the end of the subscription
   * @example
   *   stint.subscribe((event) => console.log(JSON.stringify(event)));
   */
  subscribe(listener: (event: StintEvent) => unknown): () => void;
  /** Ends what still runs as cancelled, waits for its records, then closes the files. A second call changes nothing. */
  close(): Promise<void>;
}

/**
 * Opens the project that a folder belongs to. Signals of the process are left to the caller: a process that dies while
 * sessions run loses nothing, the next start of one records them.
 *
 * @throws Problem `no_folder`; errors of a configuration that is there; `no_repository` where nothing can be read; and
 *   `state_newer`, `state_unusable` and the like for the files below `.git/stint`
 * @example
 *   await using stint = await openStint({ folder: '.' });
 *   console.log((await stint.run('code')).outcome);
 */
export async function openStint(options: StintOptions): Promise<Stint> {
  const { access = 'write', set = [], env = process.env } = options;
  const folder = path.resolve(options.folder);
  const ending = new AbortController();
  const configFile = options.configFile === undefined ? undefined : path.resolve(folder, options.configFile);
  const place: StintPlace = {
    folder,
    configFile,
    set,
    env,
    clock: systemClock,
    cancelled: ending.signal,
    onRedactor: () => undefined,
    listener: warnOf(options.onConfig),
  };
  return new OpenedStint(place, await keepOpen(place, access), ending);
}

class OpenedStint implements Stint {
  readonly #place: StintPlace;
  readonly #kept: KeptProject;
  readonly #useCases: UseCases;
  readonly #ending: AbortController;
  readonly #running = new Set<Promise<SessionRecord>>();
  #closed: Promise<void> | null = null;

  constructor(place: StintPlace, kept: KeptProject, ending: AbortController) {
    this.#place = place;
    this.#kept = kept;
    this.#useCases = new UseCases(place, kept.withProject);
    this.#ending = ending;
  }

  run(category: string, options: RunOptions = {}): Promise<SessionRecord> {
    return this.#start(() => ({ kind: 'category', category }), options);
  }

  async wrap(words: readonly string[], options: WrapOptions = {}): Promise<WrapRecord> {
    const { category = null, timeoutMs } = options;
    const work = (): Work => ({
      kind: 'wrap',
      words,
      folder: this.#place.folder,
      category,
      timeoutMs: timeoutMs === undefined ? null : wholeNumber('timeoutMs', timeoutMs),
    });
    const record = await this.#start(work, options);
    return { ...record, exitCode: exitCodeOf(record) };
  }

  async records(filter: RecordFilter = {}): Promise<SessionRecord[]> {
    this.#refuseClosed();
    if (filter.limit !== undefined) wholeNumber('limit', filter.limit);
    return this.#useCases.sessions(filter);
  }

  async report({ last = 100, recent = 30 }: ReportOptions = {}): Promise<ReliabilityReport> {
    this.#refuseClosed();
    return this.#useCases.reliability({
      last: wholeNumber('last', last),
      recent: wholeNumber('recent', recent),
    });
  }

  subscribe(listener: (event: StintEvent) => unknown): () => void {
    return this.#kept.subscribe(listener);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(work: () => Work, options: RunOptions): Promise<SessionRecord> {
    this.#refuseClosed();
    const session = this.#supervise(work(), options);
    this.#running.add(session);
    try {
      return await session;
    } finally {
      this.#running.delete(session);
    }
  }

  async #supervise(work: Work, options: RunOptions): Promise<SessionRecord> {
    using cancelled = joinSignals(this.#ending.signal, options.signal);
    const onProgress = shield(options.onProgress);
    return await this.#useCases.run(work, {
      cancelled: cancelled.signal,
      onWaiting: (waiting) => onProgress?.(publicProgress(waiting)),
    });
  }

  async #close(): Promise<void> {
    this.#ending.abort('its project was closed');
    await Promise.allSettled(this.#running);
    await this.#kept.close();
  }

  #refuseClosed(): void {
    if (this.#closed) throw new Problem('closed', 'This project is closed.', 'Open it again with openStint.');
  }
}

/** One signal of two whose reason is a sentence, as records want it. `AbortSignal.any` would pass on whatever it was. */
function joinSignals(
  ending: AbortSignal,
  own: AbortSignal | undefined,
): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const listening = new AbortController();
  for (const signal of own ? [ending, own] : [ending]) {
    const abort = (): void => controller.abort(`it was cancelled: ${messageOf(signal.reason)}`);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true, signal: listening.signal });
  }
  return { signal: controller.signal, [Symbol.dispose]: () => listening.abort() };
}

/** Tells `onConfig`, or warns where there is none: a broken configuration is never passed over in silence. */
function warnOf(onConfig: StintOptions['onConfig']): (event: StintEvent) => void {
  return (event) => {
    if (event.name === 'trouble.met') process.emitWarning(event.sentence, 'StintWarning');
    if (event.name !== 'config.changed') return;
    try {
      if (onConfig) onConfig(toConfigEvent(event));
      else if (event.kind !== 'changed') process.emitWarning(event.message, 'StintWarning');
    } catch (error) {
      process.emitWarning(`onConfig threw: ${messageOf(error)}`, 'StintWarning');
    }
  };
}

function toConfigEvent({ kind, message, problem }: StintEvent & { name: 'config.changed' }): ConfigEvent {
  if (problem === null) return { kind, message, problem };
  return {
    kind,
    message,
    problem: new Problem(problem.code, problem.message, problem.hint, problem.exitCode),
  };
}

/** A listener whose mistake does not end the session that it listens to. */
function shield(listener: RunOptions['onProgress']): RunOptions['onProgress'] {
  let isBroken = false;
  const fail = (error: unknown): void => {
    if (isBroken) return;
    isBroken = true;
    process.emitWarning(`onProgress threw and is not called again: ${messageOf(error)}`, 'StintWarning');
  };
  return (progress) => {
    if (isBroken) return;
    try {
      // An async function fits, too: its rejection would end the process.
      const result: unknown = listener?.(progress);
      Promise.resolve(result).catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

/** Plain output tells of no turns and tokens: 0 then. */
function publicProgress(waiting: Waiting): SessionProgress {
  const { id, category, state, waitingOn, turns, tokens, elapsedMs } = waiting;
  return { id, category, state, waitingOn, turns: turns ?? 0, tokens: tokens ?? 0, elapsedMs };
}

function wholeNumber(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw wrongCall(`${name} is ${String(value)}.`, 'It must be a whole number above 0.');
}

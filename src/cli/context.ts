import type { Command } from 'commander';
import type { Clock } from '../lib/clock.ts';
import type { WordKind } from '../stint/data.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** What it looks at, and so which of the common options it takes: nobody means one that is ignored. */
  readonly place: 'project' | 'folder' | 'nowhere';
  /** Loaded only when it is called, so that every verb starts fast. */
  readonly load: () => Promise<VerbModule>;
}

/** What a verb may use of the process that it runs in. */
export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  /** All of them; no verb's file may import the list that leads to itself. */
  readonly verbs: readonly Verb[];
  /** Aborts at the first Ctrl-C or TERM; its reason is a sentence. */
  readonly interrupted: AbortSignal;
  /** The exit code that the signal asks for, null when there was none. */
  readonly interruptCode: () => number | null;
}

/** A verb's file. */
export interface VerbModule {
  /** Details and examples, below the options in its help. */
  readonly help: string;
  /** Adds its options and its action to the command. */
  readonly configure: (command: Command, context: CliContext) => void;
  /** What a shell may offer for its words. */
  readonly completes?: Completions;
}

/** Words to offer: these, or what the project at hand has. */
export type Candidates = readonly string[] | WordKind;

export interface Completions {
  /** For its first argument. */
  readonly argument?: Candidates;
  /** For the values of options, by their long name. */
  readonly options?: Readonly<Record<string, Candidates>>;
}

/** Options that every verb takes. */
export interface CommonOptions {
  readonly C?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

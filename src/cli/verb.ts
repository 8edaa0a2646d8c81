import type { StintEvent } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Listener } from '../lib/listeners.ts';
import type { WordKind } from '../stint/data.ts';
import type { StintPlace } from '../stint/opening.ts';
import type { Stint } from '../stint/stint.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is called, so that every verb starts fast. */
  readonly load: () => Promise<{ readonly verb: VerbShape }>;
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

/** Words to offer: these, or what the project at hand has. */
export type Candidates = readonly string[] | WordKind;

/** An argument or an option of a verb: what it is, and how its text becomes a value. */
export interface WordShape {
  readonly about: string;
  /** Gets the text, the option's name and its value so far; throws a Problem `usage` for a wrong text. */
  readonly read?: (text: string, name: string, before: never) => unknown;
  /** What a shell may offer for it. */
  readonly offers?: Candidates;
  /** Its value where the option is not given. */
  readonly fallback?: unknown;
  readonly conflicts?: readonly string[];
  readonly isHidden?: true;
  readonly isRequired?: true;
}

/** By the words of the help, such as `--label <name>`; a text alone says what it is. */
export type Shapes = Readonly<Record<string, string | WordShape>>;

/** What a verb takes and does. */
export interface VerbShape<Options extends Shapes = Shapes, Given extends Shapes = Shapes> {
  /** Details and examples, below the options in its help. */
  readonly help: string;
  /** The place that it looks at, by default the project. It takes the common options that apply there. */
  readonly place?: 'folder' | 'nowhere';
  readonly usage?: string;
  readonly takes?: Given;
  readonly options?: Options;
  run(call: Call<Options, Given>): void | Promise<void>;
}

/** One call of a verb. */
export interface Call<Options extends Shapes = Shapes, Given extends Shapes = Shapes> {
  readonly context: CliContext;
  readonly given: GivenOf<Given>;
  readonly options: OptionsOf<Options>;
  /** The use cases of its project. @param listener hears of everything that happens */
  readonly stint: (listener?: Listener<StintEvent>) => Stint;
  readonly place: () => StintPlace;
  /** Prints a result: as JSON for a program, else in words for a person. */
  readonly answer: <T>(result: T, words: (result: T) => string, show?: (text: string) => void) => void;
}

/** Options that say where a call works. */
export interface PlaceOptions {
  readonly C?: string;
  readonly config?: string;
  readonly set?: readonly string[];
}

/** The values by their names: a flag is false where it is not given. */
export type OptionsOf<Options extends Shapes> = PlaceOptions & { readonly json: boolean } & {
  readonly [Flags in keyof Options as NameOf<Flags>]: Flags extends `${string} <${string}`
    ? ReadBy<Options[Flags]> | (Options[Flags] extends Always ? never : undefined)
    : boolean;
};

export type GivenOf<Given extends Shapes> = {
  readonly [
    Word in keyof Given as Word extends `[${infer Name}...]` | `<${infer Name}>`
      ? Name
      : Word extends `[${infer Name}]`
        ? Name
        : never
  ]: Word extends `${string}...]`
    ? readonly string[]
    : ReadBy<Given[Word]> | (Word extends `[${string}` ? undefined : never);
};

type Always = { readonly fallback: unknown } | { readonly isRequired: true };
type ReadBy<Shape> = Shape extends { readonly read: (...words: never[]) => infer Value } ? Value : string;
/** `--dry-run` becomes `dryRun`. */
type NameOf<Flags> = Flags extends `${string}--${infer Long}`
  ? Long extends `no-${infer Name}` | `${infer Name} <${string}`
    ? Camel<Name>
    : Camel<Long>
  : never;
type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Camel<Capitalize<Rest>>}`
  : Name;

/** Lets the types of a call follow from what its verb takes. */
export function defineVerb<const Options extends Shapes, const Given extends Shapes>(
  verb: VerbShape<Options, Given>,
): VerbShape {
  return verb;
}

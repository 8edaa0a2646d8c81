import type { z } from 'zod';
import type { Problem } from '../../lib/problem.ts';

// A setting is declared once. The check of stint.yaml, its JSON Schema, docs/settings.md, `stint config show`, the types
// of settings and the stored plan are made from the declarations.

export type KeyPath = readonly PropertyKey[];

/** A place in the file for settings. A category's goes before its harness's, and a harness's before the top's. */
export type Level = 'top' | 'harness' | 'category';

/** The surroundings of one setting when its value is settled. */
export interface Place {
  /** The path at which it is said, or would be. */
  readonly at: KeyPath;
  /** False for a default, which gives way to settings that are said. */
  readonly isSaid: boolean;
  /** The folder in which relative paths start. */
  readonly root: string;
  /** The path of the category that it is settled for; empty for a setting of the whole project. */
  readonly category: KeyPath;
  /** A setting of the same map, else of a map around it, as it was read; its default where the file says nothing. */
  readonly value: (key: string) => unknown;
  /** The same, undefined where only a default holds. */
  readonly said: (key: string) => unknown;
  /** A setting in the same place: `shell` beside a command, at whatever level that stands. */
  readonly beside: (key: string) => unknown;
  /** A problem with the setting, at its file, line and column. */
  readonly refuse: (sentence: string, hint: string, ...below: PropertyKey[]) => Problem;
}

/** A form of value, such as a duration: how it is checked, and how it becomes the value that the code uses. */
export interface Form<Raw, Value, Unit extends string> {
  readonly check: z.ZodType<Raw>;
  /** Ends the setting's name in the code: `timeout` is `timeoutMs`. */
  readonly unit: Unit;
  settle(raw: Raw, place: Place): Value;
}

/** A default that a rule gives. */
export interface Derived<Value> {
  /** For people: `the current commit`. */
  readonly about: string;
  derive(place: Place): Value;
}

/** @param derive left out where the code that uses the setting finds the value; the setting is null then */
export function derived(about: string): Derived<null>;
export function derived<Value>(about: string, derive: (place: Place) => Value): Derived<Value>;
export function derived(about: string, derive: (place: Place) => unknown = () => null): Derived<unknown> {
  return { about, derive };
}

type About = string | Readonly<Partial<Record<Level, string>>>;

export interface Marks {
  /** Other levels at which it may stand, for all categories there. Default: those of the map around it. */
  readonly alsoAt?: readonly Level[];
  /** Whether a session carries it: it is part of each plan. */
  readonly carried?: true;
  /** Whether the code does not use it yet. */
  readonly reserved?: true;
  readonly required?: true;
}

export interface Setting<
  Raw = unknown,
  Value = unknown,
  Unit extends string | null = string | null,
> extends Marks {
  readonly check: z.ZodType<Raw>;
  /** Null for a setting that only serves to make others: the code has no name for it. */
  readonly unit: Unit;
  settle(raw: Raw, place: Place): Value;
  /** A value as a user would write it, a rule, or null for nothing. */
  readonly default: unknown;
  /** Its meaning, in a sentence; as a map where that differs between levels. */
  readonly about: About;
}

/** Settings that belong together, as a map inside a map. */
export interface Group<Inner extends Table = Table> extends Pick<Marks, 'alsoAt' | 'reserved'> {
  readonly about: About;
  readonly settings: Inner;
}

/** A map whose keys are the user's own. */
export interface Named {
  readonly about: string;
  readonly names: z.ZodType<string, string>;
  readonly each: Table;
  readonly level: Level;
  /** The reason why it must not be empty; null where it may be left out. */
  readonly required: string | null;
}

export type Entry = Setting | Group | Named;
export interface Table {
  readonly [key: string]: Entry;
}

/** The value of a setting: null only where its default is. */
type Holding<Value, Default> =
  Default extends Derived<infer Other> ? Value | Other : Default extends null ? Value | null : Value;

/**
 * Declares a setting.
 *
 * @example setting(limit, '10m', { carried: true }).about('The longest that `check` may take.')
 */
export function setting<Raw, Value, Unit extends string, const Default, const Given extends Marks = Marks>(
  form: Form<Raw, Value, Unit>,
  holds: Default,
  marks?: Given,
): {
  about(about: About): Setting<Raw, Holding<Value, Default>, Unit> & Pick<Given, 'carried' & keyof Given>;
} {
  // A form never makes null: only a default can be null.
  type Made = Setting<Raw, Holding<Value, Default>, Unit> & Given;
  return { about: (about) => ({ ...marks, ...form, default: holds, about }) as unknown as Made };
}

/** A setting that only serves to make others, so that the code has no name for it. */
export function ingredient<Raw>(
  { check }: { readonly check: z.ZodType<Raw> },
  holds: unknown,
  marks?: Marks,
): { about(about: About): Setting<Raw, Raw, null> } {
  return {
    about: (about) => ({ ...marks, check, unit: null, settle: (raw) => raw, default: holds, about }),
  };
}

/** The values of a table as the code knows them: `{ timeoutMs: 2700000 }`. */
export type ValuesOf<T extends Table> = {
  readonly [Key in keyof T & string as NameOf<Key, T[Key]>]: ValueOf<T[Key]>;
};

/** Those of its settings that a session carries. */
export type CarriedOf<T extends Table> = {
  readonly [
    Key in keyof T & string as T[Key] extends { readonly carried: true } ? NameOf<Key, T[Key]> : never
  ]: ValueOf<T[Key]>;
};

type NameOf<Key extends string, E> = E extends { readonly unit: infer Unit }
  ? Unit extends string
    ? `${Key}${Unit}`
    : never
  : E extends Group
    ? Key
    : never;

type ValueOf<E> = E extends { settle(raw: never, place: Place): infer Value }
  ? Value
  : E extends { readonly settings: infer Inner extends Table }
    ? ValuesOf<Inner>
    : never;

/** The map that a file may hold for a table, after its check: `{ timeout: 2700000 }`. */
export type RawOf<T extends Table> = {
  readonly [Key in keyof T]?: T[Key] extends { readonly check: z.ZodType<infer Raw> }
    ? Raw | undefined
    : T[Key] extends { readonly settings: infer Inner extends Table }
      ? RawOf<Inner> | undefined
      : never;
};

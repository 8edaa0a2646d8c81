import type { CallPlace, SessionEvent } from '../../domain/session-event.ts';
import type { JsonObject } from './json-shape.ts';

/**
 * What a call can leave open when the turn of its session is over: the agent's own list, written whole (`todos`) or task
 * by task (`tasks`), a later turn that it asked for (`wakeUp`), a command that runs on (`background`), something that is
 * watched for it (`monitor`), or a question to a person.
 */
export type LeftOpen = 'todos' | 'tasks' | 'wakeUp' | 'background' | 'monitor' | 'question';

/** The tools of one agent CLI. A tool that is not in it is `unknown`, its silence counts as remote, and a record names it. */
export interface ToolTable {
  /** The versions of the CLI whose tools it holds, for people. */
  readonly versions: string;
  /** Where a call of each tool runs. */
  readonly places: Readonly<Partial<Record<Exclude<CallPlace, 'unknown'>, readonly string[]>>>;
  /** The tools that can leave something open; each of them has a place as well. */
  readonly leaves: Readonly<Partial<Record<LeftOpen, readonly string[]>>>;
  /** The tools that change nothing that a session could deliver: they read, ask, plan, or keep the agent's own lists. */
  readonly readOnly: readonly string[];
  /** Arguments without which a call of a tool has a shape that stint does not know: one of them has to be there. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
  /** Whether a name has the form of those from MCP servers, which is remote whatever the server calls it. */
  readonly isServed: (tool: string) => boolean;
}

/** The effect of a call: none, or unknown with its shape. */
export type CallEffect = Pick<Extract<SessionEvent, { kind: 'called' }>, 'isReadOnly' | 'isStrange'>;

/** A table of tools, to be asked by name. */
export interface ToolLookup {
  /** `unknown` for a tool that is not in the table. */
  placeOf(tool: string): CallPlace;
  canLeave(tool: string, what: LeftOpen): boolean;
  /**
   * What the table says of a call's effect, as part of its event.
   *
   * @param input undefined where the call does not show its arguments
   */
  effectOf(tool: string, input: JsonObject | null | undefined): CallEffect;
}

export function lookUpTools({ places, leaves, readOnly, needs, isServed }: ToolTable): ToolLookup {
  const byName = new Map(
    Object.entries(places).flatMap(([place, tools]) => tools.map((tool) => [tool, place as CallPlace])),
  );
  const reading = new Set(readOnly);
  const allNeeds = new Map(Object.entries(needs));
  const leaving = new Map(Object.entries(leaves).map(([what, tools]) => [what, new Set(tools)]));
  return {
    placeOf: (tool) => byName.get(tool) ?? (isServed(tool) ? 'remote' : 'unknown'),
    canLeave: (tool, what) => leaving.get(what)?.has(tool) ?? false,
    effectOf(tool, input) {
      const needed = allNeeds.get(tool) ?? [];
      const isThere = (key: string): boolean => {
        const value = input?.[key];
        return (typeof value === 'string' && value !== '') || (Array.isArray(value) && value.length > 0);
      };
      if (input !== undefined && needed.length > 0 && !needed.some((key) => isThere(key)))
        return { isStrange: true };
      return reading.has(tool) ? { isReadOnly: true } : {};
    },
  };
}

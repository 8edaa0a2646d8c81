import type { CallPlace } from '../../domain/session-event.ts';

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
  /** Whether a name has the form of those from MCP servers, which is remote whatever the server calls it. */
  readonly isServed: (tool: string) => boolean;
}

/** A table of tools, to be asked by name. */
export interface ToolLookup {
  /** `unknown` for a tool that is not in the table. */
  placeOf(tool: string): CallPlace;
  canLeave(tool: string, what: LeftOpen): boolean;
}

export function lookUpTools({ places, leaves, isServed }: ToolTable): ToolLookup {
  const byName = new Map(
    Object.entries(places).flatMap(([place, tools]) => tools.map((tool) => [tool, place as CallPlace])),
  );
  const leaving = new Map(Object.entries(leaves).map(([what, tools]) => [what, new Set(tools)]));
  return {
    placeOf: (tool) => byName.get(tool) ?? (isServed(tool) ? 'remote' : 'unknown'),
    canLeave: (tool, what) => leaving.get(what)?.has(tool) ?? false,
  };
}

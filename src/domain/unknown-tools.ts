/** A tool that the table of its CLI does not have, and how often it was called. */
export interface UnknownTool {
  readonly tool: string;
  readonly calls: number;
  /** The tool is known; the arguments of these calls were in a shape that is not. */
  readonly isShape?: true;
}

/** As many as are named; the calls of others count with the last. */
const MOST_NAMED = 20;
const OTHERS = 'others';
const LONGEST_NAME = 60;

/** The unknown tools after one more call of one. The names are a model's, and bounded. */
export function withUnknownTool(
  tools: readonly UnknownTool[],
  { tool, calls = 1, isShape }: Pick<UnknownTool, 'tool' | 'isShape'> & Partial<UnknownTool>,
): readonly UnknownTool[] {
  const given = tool.slice(0, LONGEST_NAME);
  const isSame = (each: UnknownTool, name: string): boolean => each.tool === name && each.isShape === isShape;
  const isNamed = tools.length < MOST_NAMED || tools.some((each) => isSame(each, given));
  const name = isNamed ? given : OTHERS;
  const before = tools.find((each) => isSame(each, name))?.calls ?? 0;
  return [
    ...tools.filter((each) => !isSame(each, name)),
    { tool: name, calls: before + calls, ...(isShape ? { isShape } : {}) },
  ];
}

/**
 * The unknown tools of two accounts of one session: its parts one after the other, or copies, of which either may tell
 * more. Pure.
 */
export function joinUnknownTools(
  a: readonly UnknownTool[],
  b: readonly UnknownTool[],
  isApart: boolean,
): readonly UnknownTool[] {
  return a.reduce((all, each) => {
    const known = b.find(({ tool, isShape }) => tool === each.tool && isShape === each.isShape)?.calls ?? 0;
    const calls = isApart ? each.calls : each.calls - known;
    return calls > 0 ? withUnknownTool(all, { ...each, calls }) : all;
  }, b);
}

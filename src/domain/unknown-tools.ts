/** A tool that the table of its CLI does not have, and how often it was called. */
export interface UnknownTool {
  readonly tool: string;
  readonly calls: number;
}

/** As many as are named; the calls of others count with the last. */
const MOST_NAMED = 20;
const OTHERS = 'others';
const LONGEST_NAME = 60;

/** The unknown tools after one more call of one. The names are a model's, and bounded. */
export function withUnknownTool(tools: readonly UnknownTool[], name: string): readonly UnknownTool[] {
  const given = name.slice(0, LONGEST_NAME);
  const isNamed = tools.some(({ tool }) => tool === given);
  const tool = isNamed || tools.length < MOST_NAMED ? given : OTHERS;
  const calls = (tools.find((each) => each.tool === tool)?.calls ?? 0) + 1;
  return [...tools.filter((each) => each.tool !== tool), { tool, calls }];
}

/** Calls that may have changed something, by the name of their tool or program. */
export interface OtherCall {
  readonly name: string;
  readonly calls: number;
}

/** As many are named; the calls of others count together. The names are a model's. */
const MOST_NAMED = 20;
const OTHERS = 'others';
const LONGEST_NAME = 60;

/** The calls after some more, each name once, in the order in which they came. Pure. */
export function withOtherCalls(
  before: readonly OtherCall[],
  more: readonly OtherCall[],
): readonly OtherCall[] {
  return more.reduce((all, { name: given, calls }) => {
    const short = given.slice(0, LONGEST_NAME);
    const isNamed = all.length < MOST_NAMED || all.some(({ name }) => name === short);
    const name = isNamed ? short : OTHERS;
    if (!all.some((each) => each.name === name)) return [...all, { name, calls }];
    return all.map((each) => (each.name === name ? { name, calls: each.calls + calls } : each));
  }, before);
}

/** The calls of two copies of one session, of which either may tell more. Pure. */
export function largerCalls(a: readonly OtherCall[], b: readonly OtherCall[]): readonly OtherCall[] {
  const missing = a.flatMap(({ name, calls }) => {
    const known = b.find((each) => each.name === name)?.calls ?? 0;
    return calls > known ? [{ name, calls: calls - known }] : [];
  });
  return withOtherCalls(b, missing);
}

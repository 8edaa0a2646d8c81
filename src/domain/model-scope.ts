/** What a limit says of its model where it names none but the one that it was asked with. */
export const OWN_MODEL = 'this model';

/** Parts of a name that say which issue of a model it is, and not which model. */
const ISSUE = /^(?:\d+|v\d+|\d+[km]|latest|preview|exp|experimental|thinking)$/;

/**
 * Whether a model as it is configured or observed (`opus`, `us.anthropic.claude-opus-4-5-20251101-v1:0`, `sonnet[1m]`) is
 * the one of a limit's scope (`opus`, `gemini-2.5-pro`). Either may be the shorter name; a part that names another
 * model, such as `lite` or `mini`, or another version tells them apart.
 */
export function isOfScope(scope: string, model: string): boolean {
  const wanted = partsOf(scope);
  return modelsIn(model)
    .map(partsOf)
    .some((given) => holds(wanted, given) || holds(given, wanted));
}

/** Claude Code's `opusplan` plans with one and works with the other. */
function modelsIn(model: string): readonly string[] {
  return /^opusplan\b/i.test(model) ? ['opus', 'sonnet'] : [model];
}

function partsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}

/** Whether a name has the parts of another one in a row, and behind them nothing but its issue. */
function holds(short: readonly string[], long: readonly string[]): boolean {
  if (short.length === 0) return false;
  for (let at = 0; at + short.length <= long.length; at++)
    if (
      short.every((part, index) => long[at + index] === part) &&
      isIssue(short, long.slice(at + short.length))
    )
      return true;
  return false;
}

function isIssue(short: readonly string[], behind: readonly string[]): boolean {
  // `gpt-5` is not `gpt-5.3`; a longer number is a date.
  const isVersion = /^\d+$/.test(short.at(-1) ?? '') && /^\d{1,3}$/.test(behind[0] ?? '');
  return !isVersion && behind.every((part) => ISSUE.test(part));
}

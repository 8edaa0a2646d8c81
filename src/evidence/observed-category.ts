import picomatch from 'picomatch';
import type { OwnCommit } from '../domain/evidence.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { Plan } from '../domain/plan.ts';

/** What is whose work: for every category of the project, globs of paths and types of conventional commits. */
export interface CategoryRules {
  readonly paths: Readonly<Record<string, readonly string[]>>;
  readonly commitTypes: Readonly<Record<string, readonly string[]>>;
}

/** What a plan says of whose work is what: only what a person configured. */
export function rulesOf(plan: Pick<Plan, 'categoryPaths' | 'configuredCommitTypes'>): CategoryRules {
  return { paths: plan.categoryPaths, commitTypes: plan.configuredCommitTypes };
}

/**
 * The category whose paths most of the touched files match; where paths say nothing, the one whose types most commits
 * have; null when neither says it. The planned category wins a tie (a mismatch needs evidence), nobody else does.
 */
export function observeCategory(
  commits: readonly Pick<OwnCommit, 'files' | 'subject'>[],
  rules: CategoryRules,
  planned: CategoryName,
): CategoryName | null {
  const files = [...new Set(commits.flatMap((commit) => commit.files))];
  const types = commits
    .filter((commit) => commit.files.length > 0)
    .flatMap(({ subject }) => commitType(subject) ?? []);
  return (
    decide(rules.paths, planned, (globs) => {
      const matches = picomatch([...globs], { dot: true });
      return files.filter((file) => matches(file)).length;
    }) ?? decide(rules.commitTypes, planned, (own) => types.filter((type) => own.includes(type)).length)
  );
}

/** The category with the most, null when nobody has any, when two have as many, or when the planned one has no rule. */
function decide(
  rules: Readonly<Record<string, readonly string[]>>,
  planned: CategoryName,
  count: (rule: readonly string[]) => number,
): CategoryName | null {
  // A planned category without a rule could be anything, so nothing can contradict it.
  if ((rules[planned] ?? []).length === 0) return null;
  const counts = Object.entries(rules).map(([name, rule]) => ({
    name,
    count: rule.length > 0 ? count(rule) : 0,
  }));
  const most = Math.max(...counts.map((each) => each.count));
  if (most === 0) return null;
  const best = counts.filter((each) => each.count === most).map(({ name }) => name);
  if (best.includes(planned)) return planned;
  return best.length === 1 ? (best[0] as CategoryName) : null;
}

/** `docs` of `docs(api)!: say more`. */
function commitType(subject: string): string | null {
  return /^([a-z][a-z0-9-]*)(?:\([^()]*\))?!?: /i.exec(subject)?.[1]?.toLowerCase() ?? null;
}

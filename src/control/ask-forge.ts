import type { ForgeAnswer, ForgeNews } from '../domain/forge.ts';
import type { SessionRecord } from '../domain/record.ts';
import { issuesNotClosed, issuesToVerify, verifyForgeEffects } from '../judge/forge-effects.ts';
import { gitTry } from '../lib/git.ts';
import { askAboutIssues, askAboutWork, type ForgePlace } from '../run/forge.ts';
import type { Project } from './project.ts';

/**
 * Asks the forge what became of a session's work. All or nothing: where the forge cannot be asked, the record stays as
 * it is.
 */
export async function askForge(
  project: Pick<Project, 'repository' | 'env' | 'clock'>,
  record: SessionRecord,
  cancelled: AbortSignal,
): Promise<ForgeAnswer<ForgeNews>> {
  const { commits, branch, base, startedAt } = record;
  if (commits.length === 0)
    return { kind: 'known', facts: { effects: [], notClosed: [], ci: 'none', ciBefore: 'none' } };
  const folder = project.repository.top;
  const place: ForgePlace = { folder, env: project.env, clock: project.clock, cancelled };
  const work = { commits, branch, startedAt };
  const asked = base === null ? commits : [base, ...commits.slice(-MOST_COMMITS)];
  const found = await askAboutWork(place, asked, branch === null ? [] : [branch]);
  if (found.kind === 'unknown') return found;
  const messages = await gitTry(folder, [
    'log',
    '--no-walk',
    '--ignore-missing',
    '--format=%B',
    ...commits,
    '--',
  ]);
  const issues = await askAboutIssues(place, issuesToVerify(work, found.facts, messages ?? ''));
  if (issues.kind === 'unknown') return issues;
  const ciOf = (sha: string | null | undefined) => found.facts.ci.get(sha ?? '') ?? 'none';
  return {
    kind: 'known',
    facts: {
      effects: verifyForgeEffects(work, found.facts, issues.facts),
      notClosed: issuesNotClosed(work, found.facts, issues.facts),
      ci: ciOf(commits.at(-1)),
      ciBefore: ciOf(base),
    },
  };
}

/** More would push the commit before them out of the question. */
const MOST_COMMITS = 49;

import type { Effect } from '../domain/evidence.ts';
import type { CiResult, ForgeAnswer } from '../domain/forge.ts';
import type { SessionRecord } from '../domain/record.ts';
import { issuesToVerify, verifyForgeEffects } from '../judge/forge-effects.ts';
import { gitTry } from '../lib/git.ts';
import { askAboutIssues, askAboutWork, type ForgePlace } from '../run/forge.ts';
import type { Project } from './project.ts';

/** What the forge says of a recorded session by now. */
export interface ForgeNews {
  /** Its pull requests and the issues that it closed, as they stand. */
  readonly effects: readonly Effect[];
  /** Continuous integration on its last commit; `none` where the forge does not have it or ran nothing. */
  readonly ci: CiResult;
}

/**
 * Asks the forge what became of a session's work. All or nothing: where the forge cannot be asked, the record stays as
 * it is.
 */
export async function askForge(
  project: Pick<Project, 'repository' | 'env' | 'clock'>,
  record: SessionRecord,
  cancelled: AbortSignal,
): Promise<ForgeAnswer<ForgeNews>> {
  const { commits, branch, startedAt } = record;
  if (commits.length === 0) return { kind: 'known', facts: { effects: [], ci: 'none' } };
  const folder = project.repository.top;
  const place: ForgePlace = { folder, env: project.env, clock: project.clock, cancelled };
  const work = { commits, branch, startedAt };
  const found = await askAboutWork(place, commits, branch === null ? [] : [branch]);
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
  return {
    kind: 'known',
    facts: {
      effects: verifyForgeEffects(work, found.facts, issues.facts),
      ci: found.facts.ci.get(commits.at(-1) ?? '') ?? 'none',
    },
  };
}

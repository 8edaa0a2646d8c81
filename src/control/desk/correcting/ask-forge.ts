import { ON_NO_BRANCH } from '../../../domain/evidence.ts';
import type { ForgeAnswer, ForgeNews } from '../../../domain/forge.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import {
  commitsInPulls,
  issuesNotClosed,
  issuesToVerify,
  verifyForgeEffects,
} from '../../../evidence/forge-effects.ts';
import { recoverCommits } from '../../../evidence/gather-commits.ts';
import { readMessages } from '../../../git/commit-facts.ts';
import { Problem } from '../../../lib/problem.ts';
import { askAboutIssues, askAboutWork, type ForgePlace } from '../../../forge/forge.ts';
import type { Project } from '../../project/project.ts';

/**
 * Asks the forge what became of a session's work. All or nothing: where the forge cannot be asked, the record stays as
 * it is.
 */
export async function askForge(
  project: Pick<Project, 'repository' | 'commands'>,
  record: SessionRecord,
  cancelled: AbortSignal,
): Promise<ForgeAnswer<ForgeNews>> {
  const { branch, base, startedAt } = record;
  const gone = commitsWithoutBranch(record);
  const commits = [...gone, ...record.commits];
  if (commits.length === 0)
    return {
      kind: 'known',
      facts: { effects: [], recovered: [], notClosed: [], ci: 'none', ciBefore: 'none' },
    };
  const folder = project.repository.top;
  const place: ForgePlace = { commands: project.commands, cancelled };
  const work = { commits, branch, startedAt };
  const asked = base === null ? commits : [base, ...commits.slice(-MOST_COMMITS)];
  const found = await askAboutWork(place, asked, branch === null ? [] : [branch]);
  if (found.kind === 'unknown') return found;
  const messages = await readMessages(folder, commits);
  const issues = await askAboutIssues(place, issuesToVerify(work, found.facts, messages));
  if (issues.kind === 'unknown') return issues;
  const effects = verifyForgeEffects(work, found.facts, issues.facts);
  const inPulls = commitsInPulls(effects);
  const recovered = await recover(
    folder,
    gone.filter((sha) => inPulls.has(sha)),
  );
  if (recovered.kind === 'unknown') return recovered;
  const ciOf = (sha: string | null | undefined) => found.facts.ci.get(sha ?? '') ?? 'none';
  return {
    kind: 'known',
    facts: {
      effects,
      recovered: recovered.facts,
      notClosed: issuesNotClosed(work, found.facts, issues.facts),
      ci: ciOf(record.commits.at(-1) ?? recovered.facts.at(-1)?.sha),
      ciBefore: ciOf(base),
    },
  };
}

/** More would push the commit before them out of the question. */
const MOST_COMMITS = 49;

/** Its own commits that no branch had when it was judged: thrown away, or merged on a forge and deleted here. */
export function commitsWithoutBranch({ notCounted }: SessionRecord): string[] {
  return notCounted.filter(({ because }) => because === ON_NO_BRANCH).map(({ sha }) => sha);
}

async function recover(
  folder: string,
  shas: readonly string[],
): Promise<ForgeAnswer<ForgeNews['recovered']>> {
  try {
    return { kind: 'known', facts: await recoverCommits(folder, shas) };
  } catch (error) {
    if (error instanceof Problem) return { kind: 'unknown', because: error.message };
    throw error;
  }
}

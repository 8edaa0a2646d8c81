import { ON_NO_BRANCH } from '../../../domain/evidence.ts';
import type { ForgeAnswer, ForgeNews } from '../../../domain/forge.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import {
  commitsInPulls,
  issuesNotClosed,
  issuesToVerify,
  verifyForgeEffects,
} from '../../../evidence/forge-effects.ts';
import { recoverCommits } from '../../../evidence/gather-commits.ts';
import { askAboutIssues, askAboutWork, type ForgePlace } from '../../../forge/forge.ts';
import { readMessages } from '../../../git/commit-facts.ts';
import { listRemotes } from '../../../git/names.ts';
import { workThrough } from '../../../lib/at-once.ts';
import { onProblem } from '../../../lib/problem.ts';
import { listRecords } from '../../../store/records.ts';
import type { Project } from '../../project/project.ts';

/** What the forge said of many sessions. */
export interface ForgeRound {
  readonly news: ReadonlyMap<SessionId, ForgeNews>;
  /** Why the forge was asked no further; null when it answered everything. */
  readonly trouble: string | null;
}

interface ForgeRoundOptions {
  /** Only sessions that started at or after it, ISO 8601 UTC; without it the newest hundred. */
  readonly since?: string | undefined;
  /** Only these. */
  readonly records?: readonly SessionRecord[];
  readonly cancelled: AbortSignal;
}

/** Without a time: what is older has hardly any news left. */
const MOST_SESSIONS = 100;
/** A forge answers a few questions at once, and takes more for abuse. */
const AT_ONCE = 4;

/**
 * Asks the forge about sessions that made commits, newest first. When it cannot be asked once, nobody is
 * asked about the rest: each would take as long to fail.
 */
export async function askAboutSessions(project: Project, options: ForgeRoundOptions): Promise<ForgeRound> {
  const news = new Map<SessionId, ForgeNews>();
  const records = (options.records ?? (await listRecent(project, options.since))).filter(isAskable);
  if (records.length === 0 || !(await hasRemote(project))) return { news, trouble: null };
  let trouble: string | null = null;
  const tellProgress = (): void =>
    project.events.emit({ name: 'forge.asked', done: news.size, total: records.length });
  const askOne = async (record: SessionRecord): Promise<void> => {
    const answer = await askForge(project, record, options.cancelled);
    if (answer.kind === 'unknown') trouble ??= answer.because;
    else news.set(record.id, answer.facts);
    if (trouble === null) tellProgress();
  };
  tellProgress();
  await workThrough(records, AT_ONCE, askOne, () => trouble === null);
  return { news, trouble };
}

/** Whether it made a commit, be it one that no branch has any more: a pull request may. */
function isAskable(record: SessionRecord): boolean {
  return record.source === 'run' && (record.commits.length > 0 || commitsWithoutBranch(record).length > 0);
}

async function listRecent({ store }: Project, since: string | undefined): Promise<SessionRecord[]> {
  const own = (await listRecords(store)).filter(isAskable);
  return since === undefined
    ? own.slice(0, MOST_SESSIONS)
    : own.filter(({ startedAt }) => startedAt >= since);
}

/** Work that never left this machine is known to no forge; `gh` itself also takes the repository from `GH_REPO`. */
async function hasRemote({ repository: { top }, env }: Project): Promise<boolean> {
  return Boolean(env['GH_REPO']) || (await listRemotes(top)).length > 0;
}

/**
 * Asks the forge what became of a session's work. All or nothing: where the forge cannot be asked, the record stays as
 * it is.
 */
async function askForge(
  project: Pick<Project, 'repository' | 'commands'>,
  record: SessionRecord,
  cancelled: AbortSignal,
): Promise<ForgeAnswer<ForgeNews>> {
  const { branch, base, startedAt } = record;
  const gone = commitsWithoutBranch(record);
  const commits = [...gone, ...record.commits];
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
  const merged = gone.filter((sha) => inPulls.has(sha));
  const recovered: ForgeAnswer<ForgeNews['recovered']> = await recoverCommits(folder, merged).then(
    (facts) => ({ kind: 'known', facts }),
    onProblem(({ message }) => ({ kind: 'unknown', because: message })),
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

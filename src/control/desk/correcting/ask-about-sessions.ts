import type { ForgeNews } from '../../../domain/forge.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import { listRemotes } from '../../../git/names.ts';
import { listRecords } from '../../../store/records.ts';
import { askForge, commitsWithoutBranch } from './ask-forge.ts';
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
  const waiting = records.values();
  const askOn = async (): Promise<void> => {
    for (const record of waiting) {
      const answer = await askForge(project, record, options.cancelled);
      if (answer.kind === 'unknown') trouble ??= answer.because;
      else news.set(record.id, answer.facts);
      if (trouble !== null) return;
      tellProgress();
    }
  };
  tellProgress();
  await Promise.all(Array.from({ length: AT_ONCE }, askOn));
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

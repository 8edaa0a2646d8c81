import type { SessionId } from '../../domain/ids.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { findRecord } from '../../store/records.ts';
import { writeAmendments } from '../desk/correcting/amend.ts';
import { askAboutSessions } from '../desk/correcting/ask-about-sessions.ts';
import { commitsWithoutBranch } from '../desk/correcting/ask-forge.ts';
import type { Project } from '../project/project.ts';
import { proposeForgeNews } from '../desk/correcting/propose-forge-news.ts';

/**
 * Asks the forge about attempts whose commits no branch has any more: their pull request may have been merged, and its
 * branch deleted, before they were interrupted. What it says is amended. Work that is on a branch needs no forge.
 *
 * @returns sentences on what could not be asked
 */
export async function hearOfAttempts(
  project: Project,
  attempts: readonly { readonly id: SessionId }[],
  cancelled: AbortSignal,
): Promise<string[]> {
  const records: SessionRecord[] = [];
  for (const { id } of attempts) {
    const record = (await findRecord(project.store, id))?.record;
    if (record && commitsWithoutBranch(record).length > 0) records.push(record);
  }
  const round = await askAboutSessions(project, { records, cancelled });
  await writeAmendments(project, await proposeForgeNews(project, round.news));
  if (round.trouble === null) return [];
  const ids = records.filter(({ id }) => !round.news.has(id)).map(({ id }) => id);
  return [
    `the forge could not say whether it has the commits of ${ids.join(', ')}: ${oneLine(round.trouble, 200)}`,
  ];
}

import { isOutside } from '../domain/edited-files.ts';
import type { Evidence } from '../domain/evidence.ts';
import { oneLine } from '../lib/plain-text.ts';

const MOST_NAMED = 5;
const LONGEST_NAME = 100;

/**
 * Why a session that delivered nothing may have worked all the same: its own calls changed files, of which nothing here
 * shows whether they were committed. Null where there are none. In a worktree of its own git tells of all files but those
 * that lie elsewhere.
 */
export function unseenEdits({
  transcript,
  uncommitted,
  gitTrouble,
  isImported,
  editsFound,
}: Pick<Evidence, 'transcript' | 'uncommitted' | 'gitTrouble' | 'isImported' | 'editsFound'>): string | null {
  const { edited, editedMore, printedCommits } = transcript;
  const unseen = uncommitted === null ? edited : edited.filter(isOutside);
  if (unseen.length === 0) return null;
  const named = unseen.slice(0, MOST_NAMED).map((path) => oneLine(path, LONGEST_NAME));
  const more = unseen.length - named.length + editedMore;
  // Commits that git named to it may have them.
  const claim = printedCommits.length > 0 && gitTrouble !== null ? `; ${gitTrouble}` : '';
  const isSearchDue = isImported && editsFound === undefined && claim === '';
  const advice = isSearchDue ? '; stint import --repo PATH searches a repository for them' : '';
  return `edits, not seen whether they were committed: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}${claim}${advice}`;
}

import type { SessionRecord } from '../../src/domain/record.ts';
import { isSameCommit } from './compare-commits.ts';
import type { TruthRow } from './ground-truth.ts';

/** Commits of records against those that git is known to have of their sessions. */
export interface CommitFigures {
  readonly right: number;
  /** Of the right ones, those that were rewritten after git had named them. */
  readonly followed: number;
  /** In the table, and in no record as its session's own or as a person's. */
  readonly missing: number;
  /** Not in the table for this session, but git itself named them to it, under this name or an earlier one. */
  readonly named: number;
  /** Neither: each in a sentence. */
  readonly extra: readonly string[];
  /** Sessions whose work a person committed, by what the table says of these commits. */
  readonly byPersons: {
    readonly sessions: number;
    readonly confirmed: number;
    readonly right: number;
    readonly other: number;
  };
}

/** @param isNamedIn whether the plain text of a session holds git's own words for a commit */
export function compareRecords(
  records: readonly SessionRecord[],
  rows: readonly TruthRow[],
  isNamedIn: (thread: string, sha: string) => boolean,
): CommitFigures {
  const truth = truthBySession(rows);
  const figures = { right: 0, followed: 0, missing: 0, named: 0, extra: [] as string[] };
  const byPersons = { sessions: 0, confirmed: 0, right: 0, other: 0 };
  for (const { thread, id, commits, commitDetails, effects } of records) {
    const mine = truth.get(thread ?? '');
    if (mine === undefined) continue;
    const isMine = (sha: string): boolean => mine.some((each) => isSameCommit(each, sha));
    for (const sha of commits) {
      const was = commitDetails.find((each) => each.sha === sha)?.was ?? [];
      if (isMine(sha)) {
        figures.right++;
        if (was.length > 0) figures.followed++;
      } else if ([sha, ...was].some((name) => isNamedIn(thread ?? '', name))) figures.named++;
      else figures.extra.push(`session ${id} (${thread}) counts commit ${sha}, which is not its own`);
    }
    const handed = commitsOfPersons(effects);
    const found = [...commits, ...handed];
    figures.missing += mine.filter((sha) => !found.some((each) => isSameCommit(each, sha))).length;
    const right = handed.filter(isMine).length;
    byPersons.sessions += handed.length > 0 ? 1 : 0;
    byPersons.confirmed += right > 0 ? 1 : 0;
    byPersons.right += right;
    byPersons.other += handed.length - right;
  }
  return { ...figures, byPersons };
}

function truthBySession(rows: readonly TruthRow[]): Map<string, string[]> {
  const truth = new Map<string, string[]>();
  for (const { thread, commits } of rows)
    truth.set(thread, [...new Set([...(truth.get(thread) ?? []), ...commits])]);
  return truth;
}

/** The commits by which persons delivered its work. */
export function commitsOfPersons(effects: SessionRecord['effects']): string[] {
  return effects.flatMap((effect) =>
    (effect.kind as string) === 'delivered-by-person' ? effect.commits : [],
  );
}

/** How many sessions used exactly what the table says, and which did not. Only sessions with one row can be compared. */
export function compareTokens(
  records: readonly SessionRecord[],
  rows: readonly TruthRow[],
): { readonly exact: number; readonly wrong: readonly string[]; readonly unknown: number } {
  const bySession = Map.groupBy(rows, ({ thread }) => thread);
  const figures = { exact: 0, wrong: [] as string[], unknown: 0 };
  for (const { id, thread, usage } of records) {
    const [row, ...others] = bySession.get(thread ?? '') ?? [];
    if (!row?.tokens || others.length > 0) {
      figures.unknown++;
      continue;
    }
    const { tokens } = row;
    const fields = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
    const wrong = fields.filter((field) => (usage[field] ?? 0) !== tokens[field]);
    if (wrong.length === 0) figures.exact++;
    for (const field of wrong)
      figures.wrong.push(
        `session ${id} (${thread}) used ${tokens[field]} ${field} tokens, and its record says ${usage[field]}`,
      );
  }
  return figures;
}

/** How often each word is given, the most frequent first. */
export function tally(words: readonly string[]): [string, number][] {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts]
    .map(([word, all]): [string, number] => [word, all.length])
    .toSorted(([, a], [, b]) => b - a);
}

/** Why a session is unknown, without what differs from one session to the next: files, names and counts. */
export function unknownReason({ reasons: [first = ''] }: Pick<SessionRecord, 'reasons'>): string {
  return first
    .replace(/^unknown: (git could not say what it did: )?/, '')
    .replace(/^(edits, not seen whether they were committed): .*$/s, '$1')
    .replace(/^(it called) .*?(, and nothing here shows.*)?$/s, '$1 …$2')
    .replace(/\b\d+ (\w+?)s?\b/g, 'N $1s')
    .replace(/["“`'].*["”`']/s, '…')
    .replace(/\b[0-9a-f]{7,64}\b/g, 'N');
}

const UNSEEN = /^unknown: edits, not seen whether they were committed: /;

/**
 * Sessions that wrote files and of which an import that asks no repository says more than it can know. Where git named
 * commits to it, or a call was never answered, another sentence may stand for it; the outcome is `unknown` all the same.
 *
 * @param hasRepository whether the session's own folder is on this machine, and was asked
 */
export function overclaims(
  records: readonly SessionRecord[],
  hasRepository: (thread: string) => boolean,
): {
  readonly sessions: number;
  readonly unseen: number;
  readonly wrong: readonly string[];
  readonly asked: number;
} {
  const edited = records.filter(({ edits }) => edits !== undefined && edits.files.length > 0);
  const alone = edited.filter(({ thread }) => !hasRepository(thread ?? ''));
  const isUnseen = ({ reasons }: SessionRecord): boolean => UNSEEN.test(reasons[0] ?? '');
  const names = ({ notCounted }: SessionRecord): boolean =>
    notCounted.some(({ because }) => because.startsWith('claimed'));
  const wrong = alone.filter(
    (record) =>
      record.outcome !== 'unknown' ||
      !(isUnseen(record) || names(record) || record.stop.reason !== 'completed'),
  );
  return {
    sessions: alone.length,
    asked: edited.length - alone.length,
    unseen: alone.filter(isUnseen).length,
    wrong: wrong.map(
      ({ id, thread, reasons, outcome }) =>
        `session ${id} (${thread}) edited files, no repository was asked, and it is ${outcome}: ${reasons[0] ?? 'no reason'}`,
    ),
  };
}

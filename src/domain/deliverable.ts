import type { SessionRecord } from './record.ts';

type Effect = SessionRecord['effects'][number];

/**
 * Whether a commit is work by itself. An empty commit and a merge that only brings the work of others together change
 * nothing themselves. The judge, the effects and the audit ask this one question.
 */
export function deliversWork({ files }: Pick<SessionRecord['commitDetails'][number], 'files'>): boolean {
  return files.length > 0;
}

/** The commits on the session's own branch of which nothing says who made them. */
export function hiddenCommits({
  notCounted,
}: Pick<SessionRecord, 'notCounted'>): SessionRecord['notCounted'] {
  return notCounted.filter(({ isOnItsBranch }) => isOnItsBranch === true);
}

/** Whether it stands by itself: the commits of every other effect are the session's own, and count as commits. */
export function standsAlone({ kind, commits }: Effect): boolean {
  return kind === 'delivered-by-person' || (kind === 'artefact' && commits.length === 0);
}

/** How much a record says that the session delivered; 0 exactly where the judge sees nothing delivered. */
export function countDeliverables({ commits, commitDetails, effects, source }: SessionRecord): number {
  // Of the commits of other systems we know no more than their names.
  const isNamedOnly = source === 'import' && commitDetails.length === 0;
  const changes = isNamedOnly ? commits.length : commitDetails.filter(deliversWork).length;
  // Effects that have commits of the session are these commits over again.
  return changes + effects.filter(standsAlone).length;
}

import type { SessionRecord } from './record.ts';

type Effect = SessionRecord['effects'][number];
type Changing = Pick<SessionRecord['commitDetails'][number], 'files'>;

/** Whether it is a commit of a person, who took over what the edits of a session left. */
export function isByPerson({ kind }: Pick<Effect, 'kind'>): boolean {
  return kind === 'delivered-by-person';
}

/**
 * Whether a commit is work by itself. An empty commit and a merge that only brings the work of others together change
 * nothing themselves. The judge, the effects and the audit ask this one question.
 */
export function deliversWork({ files }: Changing): boolean {
  return files.length > 0;
}

/** The commits on the session's own branch of which nothing says who made them. */
export function hiddenCommits({
  notCounted,
}: Pick<SessionRecord, 'notCounted'>): SessionRecord['notCounted'] {
  return notCounted.filter(({ isOnItsBranch }) => isOnItsBranch === true);
}

/** Whether it stands by itself: the commits of every other effect are the session's own, and count as commits. */
export function standsAlone(effect: Effect): boolean {
  return isByPerson(effect) || (effect.kind === 'artefact' && effect.commits.length === 0);
}

/** Whether nothing but commits of a person shows that it delivered. */
export function isByPersonAlone(commits: readonly Changing[], effects: readonly Effect[]): boolean {
  const alone = effects.filter(standsAlone);
  // Every other effect is of commits of the session.
  return alone.length > 0 && !commits.some(deliversWork) && alone.every(isByPerson);
}

/** How much a record says that the session delivered; 0 exactly where the judge sees nothing delivered. */
export function countDeliverables({ commits, commitDetails, effects, source }: SessionRecord): number {
  // Of the commits of other systems we know no more than their names.
  const isNamedOnly = source === 'import' && commitDetails.length === 0;
  const changes = isNamedOnly ? commits.length : commitDetails.filter(deliversWork).length;
  // Effects that have commits of the session are these commits over again.
  return changes + effects.filter(standsAlone).length;
}

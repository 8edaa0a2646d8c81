import type { RecordFacts, SessionGroup } from '../domain/record-facts.ts';

/** How many sessions a group has, all in all and in a time. */
interface GroupCount {
  readonly group: Pick<SessionGroup, 'attended' | 'outcome' | 'source' | 'runType'>;
  readonly sessions: number;
  readonly recent: number;
}

/** Sessions that the reliability report does not count, by the reason. With those that it counts they are all records. */
export interface LeftByAttention {
  /** A person steered them. */
  readonly attended: number;
  /** Nothing says whether a person did. */
  readonly notKnown: number;
  /** They ran without a person, and the others were asked for. */
  readonly unattended: number;
  /** The report is about newer ones. */
  readonly older: number;
}

/** Where the report counts all sessions that there are. */
export const NOTHING_LEFT: LeftByAttention = { attended: 0, notKnown: 0, unattended: 0, older: 0 };

/** Sessions that a report on a time leaves out. */
export interface LeftOfTime {
  /** They started before that time. */
  readonly older: number;
  /** They were brought in, and no category was spent on them here. */
  readonly imported: number;
  readonly oneoff: number;
}

/** Whether the reliability report may count it: one that never got to work failed to start, with a person or without. */
export function isReportedOn(
  { attended, outcome }: Pick<RecordFacts, 'attended' | 'outcome'>,
  isAttended: boolean,
): boolean {
  return isAttended ? attended !== 'no' : attended === 'no' || outcome === 'not-run';
}

/** @param shown how many sessions the report counts */
export function leftByAttention(
  counts: readonly GroupCount[],
  shown: number,
  isAttended: boolean,
): LeftByAttention {
  const sum = (isSo: (group: GroupCount['group']) => boolean): number =>
    counts.reduce((total, { group, sessions }) => (isSo(group) ? total + sessions : total), 0);
  const left = (attended: string): number =>
    sum((group) => group.attended === attended && !isReportedOn(group, isAttended));
  return {
    attended: left('yes'),
    notKnown: left('unknown'),
    unattended: left('no'),
    older: sum((group) => isReportedOn(group, isAttended)) - shown,
  };
}

/** @param counts `recent` are those of the time */
export function leftOfTime(counts: readonly GroupCount[]): LeftOfTime {
  const left = { older: 0, imported: 0, oneoff: 0 };
  for (const { group, sessions, recent } of counts) {
    left.older += sessions - recent;
    if (group.source === 'import') left.imported += recent;
    else if (group.runType === 'oneoff') left.oneoff += recent;
  }
  return left;
}

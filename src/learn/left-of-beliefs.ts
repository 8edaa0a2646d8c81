import type { SessionGroup } from '../domain/record-facts.ts';
import { wasTurnedAway } from '../domain/turned-away.ts';
import type { FoldScope } from './fold-beliefs.ts';

/** Sessions that moved no belief, by the first reason that holds. */
export interface LeftOfBeliefs {
  /** Another loop ran them, and `learn.imported` is false. */
  readonly imported: number;
  readonly turnedAway: number;
  /** A person steered them. */
  readonly attended: number;
  /** Nothing says whether a person did. */
  readonly notKnown: number;
  /** They have no grade, or what happened was not their work's fault. */
  readonly noWord: number;
}

interface GroupCount {
  readonly group: Pick<SessionGroup, 'attended' | 'outcome' | 'failureModes' | 'source'>;
  readonly sessions: number;
}

/** @param updates how many sessions moved a belief */
export function leftOfBeliefs(
  counts: readonly GroupCount[],
  scope: FoldScope,
  updates: number,
): LeftOfBeliefs {
  const left = { imported: 0, turnedAway: 0, attended: 0, notKnown: 0, noWord: -updates };
  for (const { group, sessions } of counts) left[reasonOf(group, scope)] += sessions;
  return left;
}

function reasonOf(group: GroupCount['group'], scope: FoldScope): keyof LeftOfBeliefs {
  if (scope === 'own' && group.source !== 'run') return 'imported';
  if (wasTurnedAway(group)) return 'turnedAway';
  if (group.attended === 'yes') return 'attended';
  return group.attended === 'no' ? 'noWord' : 'notKnown';
}

import { armName, type Arm } from '../domain/belief.ts';
import { classOf } from '../domain/failure-mode.ts';
import { isSlotName } from '../domain/ids.ts';
import type { RecordFacts } from '../domain/record-facts.ts';
import { wasTurnedAway } from '../domain/turned-away.ts';
import { countSession, newArm, rewardArm, type ArmState } from './arm-state.ts';

/** Which records count: imported sessions are another loop's, unless `learn.imported` says otherwise. */
export type FoldScope = 'own' | 'with-imported';

/** What the records up to one of them come to, for every arm that they have. */
export interface Fold {
  readonly scope: FoldScope;
  /** All but those that were turned away: these change nothing of it. */
  readonly sessions: number;
  /** Sessions that moved any arm. */
  readonly updates: number;
  /** By name, in the order of their first session. */
  readonly arms: ReadonlyMap<string, ArmState>;
}

export function emptyFold(scope: FoldScope): Fold {
  return { scope, sessions: 0, updates: 0, arms: new Map() };
}

/**
 * Goes on with a fold over the records that follow, in the order in which they were written. Pure, and the same bit for
 * bit however the records are cut into parts. No other writer of beliefs exists, so nothing can be lost.
 */
export function foldRecords(fold: Fold, records: Iterable<RecordFacts>): Fold {
  const arms = new Map(fold.arms);
  let { sessions, updates } = fold;
  for (const record of records) {
    if (wasTurnedAway(record) || (fold.scope === 'own' && record.source !== 'run')) continue;
    const reward = rewardOf(record);
    sessions++;
    if (reward !== null) updates++;
    const take = (arm: Arm, movedAt: (taken: ArmState) => number): ArmState => {
      const name = armName(arm);
      const counted = countSession(arms.get(name) ?? newArm(arm), record);
      const taken = reward === null ? counted : rewardArm(counted, reward, movedAt(counted), record.endedAt);
      arms.set(name, taken);
      return taken;
    };
    const { category, harness, runType } = record;
    take({ kind: 'run-type', runType }, () => updates);
    // One-off work in a slot is no category: whatever it was, the next one is something else.
    if (isSlotName(category)) continue;
    const parent = take({ kind: 'category', category }, () => updates);
    take({ kind: 'harness', category, harness, model: modelOf(record) }, () => parent.updates);
  }
  return { scope: fold.scope, sessions, updates, arms };
}

/** Other systems say which model answered and not which was asked for; it is the nearest to it. */
function modelOf({ modelAsked, model, source }: RecordFacts): string | null {
  return modelAsked ?? (source === 'run' ? null : model);
}

/** Null where a session says nothing about the work. An imported record is not marked: what counts is not its judge's to say. */
function rewardOf(record: RecordFacts): number | null {
  const { source, feedsBelief, attended, failureModes, grade, isByPerson } = record;
  if (attended !== 'no' || isByPerson) return null;
  if (source === 'run') return feedsBelief ? grade : null;
  const isOthers = failureModes.some((mode) =>
    ['provider', 'harness', 'host', 'none'].includes(classOf(mode)),
  );
  return isOthers ? null : grade;
}

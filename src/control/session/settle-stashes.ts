import type { StashFact } from '../../domain/evidence.ts';
import type { SessionId } from '../../domain/ids.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { removePin, type StashPin } from '../../git/stash.ts';
import { messageOf } from '../../lib/problem.ts';
import { insertAmendments } from '../../store/amendments.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';

/** What is to be done about stash entries once the record of a session is written and its work is saved. */
interface StashResult {
  readonly facts: readonly StashFact[];
  readonly spent: readonly StashPin[];
}

/** Removes the pins that are needed no longer, and tells the records of those whose entries the session took. */
export async function settleStashes(
  project: Project,
  id: SessionId,
  result: StashResult | null,
): Promise<void> {
  for (const pin of result?.spent ?? []) await removePin(project.repository.top, pin);
  for (const fact of result?.facts ?? [])
    if (fact.state === 'foreign' && fact.session !== null) await tellOwner(project, fact.session, id, fact);
}

/** A record that is written already learns it by an amendment; a session without one finds it when it ends. */
async function tellOwner(
  project: Project,
  owner: SessionId,
  taker: SessionId,
  fact: StashFact,
): Promise<void> {
  const why = `session ${taker} brought back its stash entry "${fact.subject}"`;
  const at = project.clock.now().toISOString();
  const stamp = { sessionId: owner, at, who: 'stint:session' as const, why };
  try {
    const written = await insertAmendments(project.store, stamp, (record) => ({
      facts: takenFrom(record, taker, fact, project.redactor.text(why)),
    }));
    if (written && written.length > 0)
      project.events.emit({ name: 'record.amended', sessionId: owner, amendments: written });
  } catch (error) {
    tellTrouble(project, `the record of session ${owner} does not say that ${why}: ${messageOf(error)}`);
  }
}

function takenFrom(
  { warnings, stashes }: SessionRecord,
  taker: SessionId,
  { commit }: StashFact,
  sentence: string,
): Partial<SessionRecord> {
  // It may know already: two sessions that end at once see each other.
  if (stashes?.some((each) => each.commit === commit && each.session === taker)) return {};
  const known = stashes?.map((each) =>
    each.commit === commit && each.state !== 'foreign'
      ? { ...each, state: 'taken' as const, session: taker }
      : each,
  );
  return { warnings: [...new Set([...warnings, sentence])], ...(known ? { stashes: known } : {}) };
}

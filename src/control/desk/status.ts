import type { SessionId } from '../../domain/ids.ts';
import type { GradedNoops } from '../../domain/noop-grades.ts';
import type { RecordFacts } from '../../domain/record-facts.ts';
import { dayOf } from '../../lib/day.ts';
import { type DaySummary, summarizeDay } from '../../report/day.ts';
import { countRecords } from '../../store/audit.ts';
import { listFactsSince } from '../../store/facts.ts';
import { findRecord } from '../../store/records.ts';
import { listOpenSessions, type OpenSession } from '../custody/find-sessions.ts';
import { groupFacts } from '../project/group-facts.ts';
import { type Project, settingsIfAny } from '../project/project.ts';
import { findContradictions } from './correcting/audit.ts';
import { listUnlanded, type UnlandedWork } from './list-unlanded.ts';
import { findResumable, type Resumable } from './resume.ts';

/** A session of today that can go on only with help from outside. */
export interface BlockedSession {
  readonly id: SessionId;
  readonly category: string;
  readonly reason: string;
  /** Who is told, by the configuration; null when nobody is named. */
  readonly owner: string | null;
}

export interface Status extends Resumable {
  readonly today: DaySummary;
  readonly running: readonly OpenSession[];
  readonly blocked: readonly BlockedSession[];
  /** Delivered work that is still on its branch alone, newest first. */
  readonly unlanded: readonly UnlandedWork[];
  /** What the records say against themselves, of all time; `stint audit` names it. */
  readonly audit: {
    readonly findings: number;
    /** How many more a person has accepted. */
    readonly accepted: number;
    readonly noopWithGrade: GradedNoops;
  };
}

/** What a person wants to know at a glance. Reads only. */
export async function readStatusNow(project: Project): Promise<Status> {
  const now = project.clock.now();
  const { start } = dayOf(now, settingsIfAny(project)?.timezone ?? null);
  await groupFacts(project);
  const ended = await listFactsSince(project.store, start.toISOString());
  // What an import brought is history, whenever its file says that it was written.
  const facts = ended.filter(({ source }) => source === 'run');
  return {
    today: summarizeDay(facts, ended.length - facts.length),
    running: await listOpenSessions(project),
    blocked: await Promise.all(latestBlocked(facts).map((each) => describeBlocked(project, each))),
    ...(await findResumable(project)),
    unlanded: await listUnlanded(project),
    audit: await summarizeAudit(project),
  };
}

async function summarizeAudit(project: Project): Promise<Status['audit']> {
  const { open, accepted } = await findContradictions(project);
  const { gradedNoops } = await countRecords(project.store);
  return { findings: open.length, accepted: accepted.length, noopWithGrade: gradedNoops };
}

/** The newest session of each category, where it is blocked: a later one that went well needs nobody. */
function latestBlocked(newestFirst: readonly RecordFacts[]): RecordFacts[] {
  const byCategory = Map.groupBy(newestFirst, ({ category }) => category).values();
  return [...byCategory].flatMap(([newest]) => (newest?.outcome === 'blocked' ? [newest] : []));
}

async function describeBlocked(project: Project, { id, category }: RecordFacts): Promise<BlockedSession> {
  const history = await findRecord(project.store, id);
  const owner = settingsIfAny(project)?.categories.get(category)?.owner ?? null;
  return { id, category, reason: history?.record.reasons[0] ?? '', owner };
}

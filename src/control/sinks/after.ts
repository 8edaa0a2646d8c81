import { appendFileSync } from 'node:fs';
import { sessionFiles } from '../../domain/layout.ts';
import { describeCommand, type UserCommand } from '../../domain/settings/user-command.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { messageOf } from '../../lib/problem.ts';
import { hasRedaction } from '../../lib/redact.ts';
import type { CommandResult } from '../../run/user-commands.ts';
import { findRecord } from '../../store/records.ts';
import { findSession } from '../../store/sessions.ts';
import { readWholePlan } from '../custody/whole-plan.ts';
import type { Project } from '../project/project.ts';
import { itemSink, type Failure, type Item } from './deliver-items.ts';

/** A notification must not hold up its process for longer. */
const AFTER_LIMIT_MS = 60_000;

/** The user's command after a record: the one in the plan of the record's session, whatever is configured now. */
export const after = itemSink({
  name: 'after',
  streams: ['records'],
  // A plan that an older stint stored may lack the field.
  wants: (plan) => (plan.after ?? null) !== null,
  deliver: runAfterOf,
});

async function runAfterOf(project: Project, item: Item): Promise<Failure | null> {
  const session = await findSession(project.store, item.sessionId);
  const history = await findRecord(project.store, item.sessionId);
  const files = sessionFiles(project.layout, item.sessionId);
  const command = session ? readWholePlan(files, session.plan, project.redactor).after : null;
  if (!history || command === null) return null;
  const name = `after (${project.redactor.text(describeCommand(command))}) of session ${item.sessionId}`;
  try {
    const because = hasRedaction(JSON.stringify(command))
      ? 'cannot run: its secret was in the folder of its session, which is gone'
      : (await runAfter(project, item.id, command, history.record)).trouble;
    if (because === null) return null;
    makeFolder(files.folder);
    appendFileSync(files.afterLog, `stint: ${because}\n`, { mode: 0o600 });
    return { because, sentence: `${name} ${because}; its output is in ${files.afterLog}` };
  } catch (error) {
    // The disk may be full. The record stands all the same.
    const because = `could not start: ${messageOf(error)}`;
    return { because, sentence: `${name} ${because}` };
  }
}

async function runAfter(
  project: Project,
  delivery: string,
  command: UserCommand,
  record: SessionRecord,
): Promise<CommandResult> {
  const files = sessionFiles(project.layout, record.id);
  makeFolder(files.folder);
  atomicWrite(files.record, `${JSON.stringify(record, null, 2)}\n`);
  return project.commands.run({
    command,
    session: record,
    isOutside: true,
    env: {
      STINT_STATE_DIR: project.layout.folder,
      STINT_DELIVERY: delivery,
      STINT_CATEGORY: record.category,
      STINT_OUTCOME: record.outcome,
      STINT_GRADE: record.grade === null ? '' : String(record.grade),
      STINT_RECORD: files.record,
    },
    logFile: files.afterLog,
    timeoutMs: AFTER_LIMIT_MS,
    // A person who interrupts the session still wants to hear how it ended.
    cancelled: new AbortController().signal,
  });
}

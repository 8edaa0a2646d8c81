import { appendFileSync } from 'node:fs';
import { sessionFiles } from '../../domain/layout.ts';
import { describeCommand, type Plan, type UserCommand } from '../../domain/plan.ts';
import type { Concluded, SessionRecord } from '../../domain/record.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { formatDuration } from '../../lib/duration.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { messageOf } from '../../lib/problem.ts';
import { outerEnvironment } from '../../run/outer-environment.ts';
import { runUserCommand, type CommandResult } from '../../run/user-command.ts';
import { mirrorRecords } from './mirror-records.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';

/** A command that only tells somebody must not hold anything up for longer. */
const AFTER_LIMIT_MS = 60_000;

/**
 * What follows a record, for one call of stint: its line in the mirror, and the user's command. They are started when the record is in the store, and
 * waited for when no lock is held any more: a slow one keeps nobody from the category.
 */
export class AfterCommands {
  readonly #project: Project;
  readonly #running: Promise<void>[] = [];

  constructor(project: Project) {
    this.#project = project;
  }

  /** Starts the command of a session, once a record: nothing when somebody else wrote it. */
  start(plan: Plan, { record, isNew }: Concluded): void {
    if (!isNew) return;
    this.#running.push(this.#mirror());
    if (plan.after === null) return;
    this.#running.push(this.#run(plan.after, record));
  }

  async finish(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #mirror(): Promise<void> {
    const trouble = await mirrorRecords(this.#project);
    if (trouble !== null) tellTrouble(this.#project, trouble);
  }

  async #run(command: UserCommand, record: SessionRecord): Promise<void> {
    const words = this.#project.redactor.text(describeCommand(command));
    const name = `after (${words}) of session ${record.id}`;
    const logFile = sessionFiles(this.#project.layout, record.id).afterLog;
    try {
      const trouble = describeTrouble(await runAfter(this.#project, command, record));
      if (trouble === null) return;
      appendFileSync(logFile, `stint: ${trouble}\n`, { mode: 0o600 });
      tellTrouble(this.#project, `${name} ${trouble}; its output is in ${logFile}`);
    } catch (error) {
      // A full disk, say. The record stands, whatever becomes of the command.
      tellTrouble(this.#project, `${name} could not start: ${messageOf(error)}`);
    }
  }
}

async function runAfter(
  project: Project,
  command: UserCommand,
  record: SessionRecord,
): Promise<CommandResult> {
  const files = sessionFiles(project.layout, record.id);
  makeFolder(files.folder);
  atomicWrite(files.record, `${JSON.stringify(record, null, 2)}\n`);
  const env = {
    ...outerEnvironment(project.env),
    STINT_STATE_DIR: project.layout.folder,
    STINT_CATEGORY: record.category,
    STINT_OUTCOME: record.outcome,
    STINT_GRADE: record.grade === null ? '' : String(record.grade),
    STINT_RECORD: files.record,
  };
  const run = {
    sessionId: record.id,
    command,
    folder: project.repository.top,
    env,
    logFile: files.afterLog,
    redactor: project.redactor,
    timeoutMs: AFTER_LIMIT_MS,
    // Whoever interrupts the session still wants to be told how it ended.
    cancelled: new AbortController().signal,
  };
  return runUserCommand(run, project.clock);
}

/** What went wrong, null when nothing did. */
function describeTrouble(result: CommandResult): string | null {
  switch (result.kind) {
    case 'exited':
      return result.exitCode === 0 ? null : `exited with ${result.exitCode}`;
    case 'timed-out':
      return `ran longer than ${formatDuration(AFTER_LIMIT_MS)} and was ended`;
    case 'not-started':
    case 'cancelled':
      return `could not start: ${result.because}`;
  }
}

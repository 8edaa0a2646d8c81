import type * as runWork from '../control/loop/run-work.ts';
import type { Project } from '../control/project/project.ts';
import type { SessionId } from '../domain/ids.ts';
import type { SessionRecord } from '../domain/record.ts';
import type * as data from './data.ts';
import { openEachTime, type StintPlace, type WithProject } from './opening.ts';

export type { StintPlace } from './opening.ts';

/** The use cases of one project; each opens the project as it needs it, and closes it. */
export function stintAt(place: StintPlace): Stint {
  return new Stint(place, openEachTime(place));
}

const WEEK_MS = 7 * 86_400_000;

/**
 * The use cases of a project, a method each. It takes data, returns what `--json` prints, and throws a
 * `Problem`. Each loads its implementation when it is called, so that every verb starts fast.
 */
export class Stint {
  readonly #place: StintPlace;
  readonly #withProject: WithProject;

  constructor(place: StintPlace, withProject: WithProject) {
    this.#place = place;
    this.#withProject = withProject;
  }

  /** The recorded sessions that match, newest first. */
  sessions(filter: data.SessionFilter = {}): Promise<SessionRecord[]> {
    const code = import('../store/records.ts');
    return this.#withProject('read', async ({ store }) => (await code).listRecords(store, filter));
  }

  /** A session's record with advice, or how the session stands while it has no record. */
  show(session: string, { isWhy = false } = {}): Promise<data.ShownRecord | data.OpenSession> {
    return this.#read(import('../control/desk/show-session.ts'), 'showSession', session, isWhy);
  }

  /** A record as first written, with each amendment. */
  history(session: string): Promise<data.ShownHistory | data.OpenSession> {
    return this.#read(import('../control/desk/show-session.ts'), 'showHistory', session);
  }

  /** Decides again, for every look at a session, whom the session waited for. */
  async replay({ session, until, limits }: data.ReplayRequest): Promise<data.Replay> {
    const { superviseOverrides } = await import('../config/supervise-overrides.ts');
    const tried = superviseOverrides(limits);
    return this.#withProject('read', async (project) => {
      const { replaySession } = await import('../control/desk/replay-session.ts');
      const { requireSession } = await import('../control/custody/find-sessions.ts');
      return replaySession(project, await requireSession(project, session), { tried, until });
    });
  }

  /** Gives every line of a session's output to `onLine`. */
  logs(request: data.LogRequest, onLine: (line: data.LogLine) => void): Promise<void> {
    const { cancelled } = this.#place;
    return this.#read(import('../control/desk/session-log.ts'), 'readLog', request, cancelled, onLine);
  }

  /** Today, the sessions that run, and what needs a person. */
  status(): Promise<data.Status> {
    return this.#read(import('../control/desk/status.ts'), 'readStatusNow');
  }

  /** The choice that a start would make now, with its reasons. Starts nothing. */
  plan(question: data.PlanQuestion = {}): Promise<data.AskedPlan> {
    return this.#read(import('../control/planning/ask-plan.ts'), 'askPlan', question, this.#place.cancelled);
  }

  /** Makes a stored choice again: `which` is its number, a session that came of it, or `last`. */
  replayPlan(which: string, why?: string): Promise<data.AskedPlan> {
    return this.#read(import('../control/planning/ask-plan.ts'), 'replayPlan', which, why);
  }

  /** Beliefs about categories, harnesses and models; only about `category` where it is given. */
  beliefs(category?: string): Promise<data.BeliefReport> {
    return this.#read(import('../control/desk/show-beliefs.ts'), 'showBeliefs', category);
  }

  /** Folds all records again, and says whether the same beliefs came out. */
  rebuildBeliefs(): Promise<data.RebuiltBeliefs> {
    return this.#withProject('write', async (project) => {
      const { rebuildBeliefs } = await import('../control/desk/rebuild-beliefs.ts');
      return rebuildBeliefs(project);
    });
  }

  /** How sessions fail: the newest `last`, of which the newest `recent` are compared with those before. */
  reliability(request: data.ReliabilityRequest = {}): Promise<data.ReliabilityReport> {
    return this.#read(import('../control/desk/reports.ts'), 'reportReliability', request);
  }

  /**
   * Which session held which lock when.
   *
   * @param windowMs null looks back a day, or to the first session
   * @param cells how many characters wide each timeline is
   */
  concurrency(windowMs: number | null, cells: number): Promise<data.ConcurrencyReport> {
    return this.#read(import('../control/desk/reports.ts'), 'reportConcurrency', windowMs, cells);
  }

  /** On which categories the last `windowMs` were spent. */
  categories(windowMs = WEEK_MS): Promise<data.CategoriesReport> {
    return this.#read(import('../control/desk/reports.ts'), 'reportCategories', windowMs);
  }

  /** Contradictions in the records. Grades of imported records from `threshold` on are evidence of work. */
  async audit({ threshold }: data.AuditRequest): Promise<data.AuditResult> {
    const { auditRecords, auditResult } = await import('../control/desk/correcting/audit.ts');
    return auditResult(await this.#withProject('read', (project) => auditRecords(project, { threshold })));
  }

  /** Amends what evidence decides; a dry run writes nothing. */
  async repair({
    threshold,
    isDryRun,
  }: data.AuditRequest & { isDryRun: boolean }): Promise<data.AuditResult> {
    await this.#refuseInSession('audit --fix');
    // The read comes first: where nothing can be read nothing is made.
    const found = await this.audit({ threshold });
    if (isDryRun) return found;
    const { repairRecords, auditResult } = await import('../control/desk/correcting/audit.ts');
    return auditResult(await this.#withProject('wrap', (project) => repairRecords(project, { threshold })));
  }

  /** Notes that a person has seen what evidence does not decide of a kind of finding. */
  async accept(request: data.AcceptRequest): Promise<data.AuditResult> {
    await this.#refuseInSession('audit --accept');
    const { acceptKind, listAcceptable } = await import('../control/desk/correcting/accept-findings.ts');
    const { auditResult } = await import('../control/desk/correcting/audit.ts');
    // A wrong request is refused before anything is opened for writing.
    await this.#withProject('read', (project) => listAcceptable(project, request));
    return auditResult(await this.#withProject('wrap', (project) => acceptKind(project, request)));
  }

  /** The changes that a correction would make. Writes nothing. */
  previewAmend(request: data.AmendRequest): Promise<data.AmendResult> {
    return this.#amend(request, false);
  }

  /** Corrects records; what they said first stays readable. */
  amend(request: data.AmendRequest): Promise<data.AmendResult> {
    return this.#amend(request, true);
  }

  /** Brings sessions of this machine, and records of others, into the store. */
  async import(request: data.ImportRequest): Promise<data.ImportReport> {
    const { checkImport, importInto } = await import('../control/desk/exchange/import-files.ts');
    // A wrong path is refused before any state is made.
    const { folder, cancelled } = this.#place;
    const checked = await checkImport(folder, request, cancelled);
    try {
      return await this.#withProject('wrap', (project) => importInto(project, checked, cancelled));
    } finally {
      checked.release();
    }
  }

  /** Gives every record with its history to `write`, as lines of JSON, as fast as `write` takes them. */
  export(filter: data.ExportFilter, write: (lines: string) => Promise<void>): Promise<void> {
    return this.#withProject('read', async (project) => {
      const { exportRecords } = await import('../control/desk/exchange/export-records.ts');
      for await (const lines of exportRecords(project, filter)) await write(lines);
    });
  }

  /** The same into a file, which is written as a whole or not at all. */
  exportToFile(filter: data.ExportFilter, file: string): Promise<{ file: string; sessions: number }> {
    return this.#withProject('read', async (project) => {
      const { exportToFile } = await import('../control/desk/exchange/export-records.ts');
      return { file, sessions: await exportToFile(project, filter, file) };
    });
  }

  /** Everything that is parked, held or set aside. */
  resumable(): Promise<data.Resumable> {
    return this.#read(import('../control/desk/resume.ts'), 'findResumable');
  }

  /** Lets parked, held and set-aside things start again. */
  async resume(request: data.ResumeRequest): Promise<{ lifted: readonly data.Lifted[] }> {
    await this.#refuseInSession('resume');
    const { resolveResume, resume } = await import('../control/desk/resume.ts');
    // A wrong name is refused before anything is opened for writing.
    const resolved = await this.#withProject('read', (project) => resolveResume(project, request));
    return { lifted: await this.#withProject('wrap', (project) => resume(project, resolved)) };
  }

  /** Lands what a recorded session delivered. */
  async land({ session, how, isChecked }: data.LandRequest): Promise<data.LandResult> {
    const { requireLandable, landRecorded } = await import('../control/desk/land-recorded.ts');
    const { requireSession } = await import('../control/custody/find-sessions.ts');
    // Work that cannot land is refused before anything is opened for writing.
    const id = await this.#withProject('read', async (project) => {
      const found = await requireSession(project, session);
      await requireLandable(project, found, { how });
      return found;
    });
    const { cancelled } = this.#place;
    return this.#withProject('wrap', (project) => landRecorded(project, id, { how, isChecked, cancelled }));
  }

  /** Brings this checkout up to date, never under a session that works in it. */
  async pull(): Promise<data.PullResult> {
    const { pullCheckoutNow, refuseUnpullable } = await import('../control/session/pull.ts');
    return this.#withProject(
      'write',
      (project) => pullCheckoutNow(project, this.#place.cancelled),
      refuseUnpullable,
    );
  }

  /** Every setting that holds and where it came from. */
  settings(): Promise<data.ExplainedSetting[]> {
    return this.#read(import('../control/planning/explain-settings.ts'), 'explainSettings');
  }

  /** Checks the configuration and its prompt files. */
  validateSettings(): Promise<data.ValidSettings> {
    return this.#read(import('../control/planning/explain-settings.ts'), 'validateSettings');
  }

  /** Runs one session, from its lock to its record. */
  run(work: data.Work, options: data.RunOptions = {}): Promise<SessionRecord> {
    return this.#withWork(work, null, options, async (project, { runWork }, started) => {
      const { records } = await runWork(project, work, { ...started, isRespawned: false });
      return records[0];
    });
  }

  /** The same, and after a good session again: all that ran, and why no more did. */
  respawn(work: data.Work, options: data.RunOptions = {}): Promise<data.RespawnResult> {
    return this.#withWork(work, null, options, async (project, { runWork }, started) => {
      const { records, ended } = await runWork(project, work, { ...started, isRespawned: true });
      return { sessions: records, ended };
    });
  }

  /** Does a named piece of work once: runs a session, or tells which one has delivered it. */
  runOnce(
    work: data.Work,
    key: string,
    options: data.RunOptions = {},
  ): Promise<SessionRecord | data.ReusedWork> {
    return this.#withWork(work, key, options, (project, { runOnce }, started) =>
      runOnce(project, work, key, started),
    );
  }

  /** The parkings of a session's account and harness. */
  parkedOf(session: SessionId): Promise<data.ParkedNow[]> {
    return this.#read(import('../control/custody/parkings.ts'), 'listParkedOf', session);
  }

  /** Chooses, and starts the best categories side by side. */
  async fanout(request: data.FanoutRequest): Promise<data.FanoutResult> {
    const { refuseFanout, startSeveral } = await import('../control/loop/start-several.ts');
    const { configFile, set, cancelled } = this.#place;
    const words = [
      ...(configFile === undefined ? [] : ['--config', configFile]),
      ...set.flatMap((setting) => ['--set', setting]),
    ];
    return this.#withProject(
      'write',
      (project) => startSeveral(project, request, words, cancelled),
      (place) => refuseFanout(place, request),
    );
  }

  /** Ends running sessions in order: the one that is named, or all where it is null. */
  async stop({ session, isNow }: data.StopRequest): Promise<data.StoppedSession[]> {
    await this.#refuseInSession('stop');
    const { stopSessions } = await import('../control/session/stop-session.ts');
    const { cancelled } = this.#place;
    return this.#withProject('wrap', (project) => stopSessions(project, { session, isNow, cancelled }));
  }

  /** Names of a kind that a shell may complete. */
  words(kind: data.WordKind, prefix: string): Promise<readonly string[]> {
    return this.#read(import('../control/desk/list-words.ts'), 'listWords', kind, prefix);
  }

  /** Calls a function of a module, which is loaded while the project is opened for reading. */
  #read<Name extends string, Rest extends unknown[], T>(
    loading: Promise<NoInfer<Readonly<Record<Name, (project: Project, ...rest: Rest) => T | Promise<T>>>>>,
    name: Name,
    ...rest: Rest
  ): Promise<T> {
    return this.#withProject('read', async (project) => (await loading)[name](project, ...rest));
  }

  async #withWork<T>(
    work: data.Work,
    key: string | null,
    options: data.RunOptions,
    start: (project: Project, control: typeof runWork, options: data.WorkOptions) => Promise<T>,
  ): Promise<T> {
    const control = await import('../control/loop/run-work.ts');
    control.requireWork(work, key);
    return this.#withProject(
      work.kind === 'wrap' ? 'wrap' : 'write',
      (project) => start(project, control, { cancelled: this.#place.cancelled, ...options }),
      (place) => control.refuseWork(place, work),
    );
  }

  async #amend(request: data.AmendRequest, isWritten: boolean): Promise<data.AmendResult> {
    await this.#refuseInSession('amend');
    const { correction } = await import('../control/desk/correcting/correct-records.ts');
    const correct = correction(request, this.#place.cancelled);
    // A wrong request is refused before anything is opened for writing.
    const preview = await this.#withProject('read', (project) => correct(project, false));
    if (!isWritten || preview.amended.length === 0) return preview;
    return this.#withProject('wrap', (project) => correct(project, true));
  }

  /** Refuses what a session may not do to the records that it is judged by. */
  async #refuseInSession(what: string): Promise<void> {
    const { refuseInSession } = await import('../control/custody/declare.ts');
    refuseInSession(this.#place.env, what);
  }
}

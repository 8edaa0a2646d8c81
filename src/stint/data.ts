import type { Chain } from '../control/loop/back-to-back.ts';
import type { WorkOptions } from '../control/loop/run-work.ts';
import type { Moment } from '../control/desk/replay-session.ts';

// Requests and results of the use cases.

export type * from './reports.ts';

export type { AcceptRequest } from '../control/desk/correcting/accept-findings.ts';
export type { AmendRequest } from '../control/desk/correcting/amend.ts';
export type { AmendResult } from '../control/desk/correcting/correct-records.ts';
export type { AuditOptions as AuditRequest, AuditResult } from '../control/desk/correcting/audit.ts';
export type { ImportRequest } from '../control/desk/exchange/import-files.ts';
export type { ImportReport } from '../control/desk/exchange/import-tally.ts';
export type { FilesReport, FilesRequest } from '../control/desk/exchange/report-files.ts';
export type { LandRequest, LandResult } from '../control/desk/land-recorded.ts';
export type { WordKind } from '../control/desk/list-words.ts';
export type { UnlandedWork } from '../control/desk/list-unlanded.ts';
export type { ReliabilityRequest } from '../control/desk/reports.ts';
export type { RebuiltBeliefs } from '../control/desk/rebuild-beliefs.ts';
export type { Moment, Replay, ReplayStep } from '../control/desk/replay-session.ts';
export type { HeldCategory, Lifted, Resumable, ResumeRequest } from '../control/desk/resume.ts';
export type { LogLine, LogRequest } from '../control/desk/session-log.ts';
export type { BeliefReport, ShownBelief } from '../control/desk/show-beliefs.ts';
export type { ShownHistory, ShownRecord } from '../control/desk/show-session.ts';
export type { Status } from '../control/desk/status.ts';
export type { ReleasedSession } from '../control/loop/release-session.ts';
export type { FanoutRequest, FanoutResult } from '../control/loop/start-several.ts';
export type { ReusedWork } from '../control/loop/claim-key.ts';
export type { Work, WorkOptions } from '../control/loop/run-work.ts';
export type { DemoResult } from '../control/demo/demo.ts';
export type { SetAside } from '../control/sinks/deliver-items.ts';
export type { ParkedNow } from '../control/custody/parkings.ts';
export type { OpenSession } from '../control/custody/find-sessions.ts';
export type { AskedPlan, PlanQuestion } from '../control/planning/ask-plan.ts';
export type { NotHonoured, ValidSettings } from '../control/planning/explain-settings.ts';
export type { PulledCheckout as PullResult } from '../control/session/pull.ts';
export type { StopRequest, StoppedSession } from '../control/session/stop-session.ts';
export type { Diagnosis, Finding as DoctorFinding } from '../control/setup/doctor.ts';
export type { HooksRequest, HooksResult } from '../control/setup/install-hooks.ts';
export type { SeenProject } from '../control/setup/detect-project.ts';
export type { InitResult } from '../control/setup/init-project.ts';
export type { ExplainedSetting } from '../config/explain.ts';
export type { SaidVerdict } from '../judge/correct-verdict.ts';
export type { ExplainedCategory } from '../plan/explain-category.ts';
export type { ReplayedChoice } from '../plan/replay-choice.ts';
export type { HeldResult, MarkerPlace, MarkerRequest } from '../run/hold-marker.ts';
export type { Finding } from '../domain/finding.ts';
export type { ExportFilter, RecordFilter as SessionFilter } from '../store/records.ts';

export interface ReplayRequest {
  /** The first letters of the session's id. */
  readonly session: string;
  /** The last moment that is asked about; null is the end. */
  readonly until: Moment | null;
  /** Limits to try instead of the session's own: `supervise.silence=1s`. */
  readonly limits: readonly string[];
}

/** How a session is started and ended from outside. */
export type RunOptions = Partial<WorkOptions>;

/** The sessions that ran back to back, oldest first. */
export interface RespawnResult {
  readonly sessions: Chain['records'];
  /** Why nothing more was started; null where nothing should have been. */
  readonly ended: string | null;
}

import type { TaskStep } from './agent-tasks.ts';
import type { WorkKind } from './session-event.ts';

/** A call without an answer. */
export interface OpenCall {
  readonly callId: string;
  readonly tool: string;
  readonly place: string;
  readonly summary: string;
  /** Its command line asks git for commits: such a call without an answer may have made one. */
  readonly isCommitting?: true;
  /** The files that it changes where it goes well. */
  readonly edited?: readonly string[];
  /** What follows is as in its event. */
  readonly task?: TaskStep;
  readonly takesBack?: string;
  readonly work?: WorkKind;
  readonly isDetached?: true;
  readonly isSubagent?: true;
  readonly about?: { readonly workId: string; readonly isStop: boolean };
}

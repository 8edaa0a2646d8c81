import type { Generated } from 'kysely';
import type { Amendment } from '../domain/amendment.ts';
import type { CommitCheck } from '../domain/evidence.ts';
import type { AcceptedFinding } from '../domain/finding.ts';
import type { SessionId } from '../domain/ids.ts';
import type { Parking } from '../domain/parking.ts';
import type { RunType, StopReason } from '../domain/record.ts';
import type { Outcome } from '../domain/record-words.ts';

/** What many sessions share. */
interface Combination {
  category: string;
  harness: string;
  model: string | null;
  /** The model that was asked for; never updated. */
  model_asked: string | null;
  run_type: RunType;
  attended: string;
  source: string;
  outcome: Outcome;
  /** One bit per failure mode, see mode-bits.ts. */
  modes: number;
  feeds_belief: number;
  /** Whether a cgroup named every process of it; null where no agent was started here. */
  is_contained: number | null;
}

/** What each session has of its own. */
export interface Own {
  session_id: SessionId;
  started_at: string;
  ended_at: string;
  grade: number | null;
  duration_ms: number | null;
  /** All that were reported; null where none were. */
  tokens: number | null;
  /** How many processes it left that were ended, and that could not be. */
  leftovers: number;
  survivors: number;
}

export interface Counts {
  input: number | null;
  output: number | null;
  cache_read: number | null;
  cache_write: number | null;
}

/** How far a reader of both streams has come. */
export interface Cursor {
  record_seq: number;
  amendment_seq: number;
}

/** The tables as columns; JSON columns hold what domain/ defines. Times are ISO 8601 UTC. */
export interface Tables {
  sessions: {
    id: SessionId;
    category: string;
    harness: string;
    account: string;
    model: string | null;
    run_type: string;
    started_at: string;
    /** The same moment by the time since boot: JSON of a boot id and milliseconds. */
    boot: Generated<string | null>;
    state: 'intended' | 'running' | 'recorded';
    /** Why it ended; written once, before any signal. */
    stop_reason: StopReason | null;
    stop_because: string | null;
    plan: string;
    /** What the caller calls this piece of work. */
    key: string | null;
    workspace: string | null;
  };
  records: Combination &
    Own & {
      /** The order of the fold. */
      seq: Generated<number>;
      /** What the agent CLI calls the conversation; several sessions may have gone on with one. */
      thread: string | null;
      /** Whether it came by an import, whatever `source` it had where it was made; never updated. */
      is_imported: Generated<number>;
      /** 1 where sinks get it from the outbox: its session ran here, and a stint that knows the outbox wrote it. */
      has_outbox: Generated<number>;
      deliverables: number;
      /** By the database's own clock; null for those of an older stint. */
      written_at: string | null;
      /** The record as first written; never updated. The other columns follow amendments. */
      body: string;
    };
  /** Each combination that sessions share, once. Rows are only added. */
  groups: Combination & {
    id: Generated<number>;
    /** The other columns as JSON: NULL equals NULL in it. */
    combination: string;
    is_imported: number;
    /** The kind of its declaration; null without one. */
    declared: string | null;
    /** The reason of its end; null where the record does not say. */
    stop: string | null;
    /** The machine on which it ran, see host.ts; null where an older stint promised it, and for imported ones. */
    host: string | null;
  };
  /** One narrow row per record, as it stands, for reports, budgets and plans. See group-records.ts. */
  record_facts: Own &
    Counts & {
      seq: number;
      group_id: number;
      cost_usd: number | null;
      exit_code: number | null;
      /** What it names beside its outcome, see trace-bits.ts. */
      traces: number;
      /** The `FACTS_VERSION` of the process that wrote it. */
      version: number;
    };
  /** The facts for a price, by record and model, because transcripts are deleted. Null where they were not reported. */
  usage: Counts & {
    seq: number;
    /** The place in its record, from 0. */
    line: number;
    model: string | null;
    /** Whether a helper of the session used it; null where the record has totals only. */
    is_subagent: number | null;
    service_tier: string | null;
    /** See `ContextBand`. */
    context_band: string | null;
    requests: number | null;
    cache_write_5m: number | null;
    cache_write_1h: number | null;
  };
  /** The machine that promised each session. */
  session_hosts: {
    session_id: SessionId;
    host: string;
  };
  /** Records whose facts are older than they are: triggers add them, and `group-records.ts` removes them. */
  record_marks: {
    seq: number;
  };
  /** One row: the place up to which the records from before the facts have theirs. */
  grouping: {
    done: number;
    last: number;
  };
  /** Caches: what the fold of beliefs came to at a record. A trigger drops those that a changed record is in. */
  belief_snapshots: {
    /** Which fold, and its version. */
    fold: string;
    /** The last record in it. */
    seq: number;
    arms: string;
  };
  amendments: Pick<Amendment, 'at' | 'who' | 'why' | 'field'> & {
    seq: Generated<number>;
    session_id: SessionId;
    old_value: string;
    new_value: string;
  };
  evidence: {
    session_id: SessionId;
    /** What it was judged by. */
    body: string;
  };
  /** How far files have been imported. */
  imports: {
    file: string;
    /** Changes whenever the file does: while it is the same, nothing has to be read. */
    identity: string;
    /** Another one is another file in the same place. */
    inode: string;
    offset: number;
    lines: number;
    /** Digest of what stands before `offset`: a file that was written anew in place is read anew. */
    tail: string;
    format: string;
    /** JSON of whoever imports: what the part before `offset` gave. */
    tally: string;
  };
  /** Which files tell of a session, its helpers' own among them. */
  import_sources: {
    file: string;
    session_id: SessionId;
  };
  /** What the edits of imported sessions left in files; see edited-lines.ts. */
  edited_lines: {
    session_id: SessionId;
    /** The git folder of the repository that it worked in; null where that is not here. */
    repository: string | null;
    first_at: string;
    /** JSON: the files, and for each the marks of its lines one after the other. */
    paths: string;
    marks: string;
    /** Changes whenever the others do. */
    stamp: string;
    /** JSON: what the last search found of it. */
    found: string | null;
  };
  /** As what each repository was seen when it was searched for the lines of sessions. */
  line_searches: {
    repository: string;
    stamp: string;
  };
  /** How far the files of `records.mirror` have come. */
  mirrors: Cursor & {
    file: string;
    /** Of the file that was written to; another one in its place was never written to. */
    inode: string;
    /** Its size after the last append that is known of. */
    size: number;
  };
  /** How far each sink that takes items one by one has looked; see outbox.ts. */
  sinks: Cursor & { name: string };
  /** Items behind a sink's cursor that it has not got yet. */
  deliveries: {
    sink: string;
    stream: 'records' | 'amendments';
    seq: number;
    session_id: SessionId;
    state: 'open' | 'aside';
    /** Failed tries. A process that was killed during a try counts none. */
    attempts: number;
    /** Tries since the last failure that have no end: their processes were killed, or one is under way. */
    begun: Generated<number>;
    /** When the next try is due; null: at once. */
    next_at: string | null;
    /** Why the last try failed; null before the first. */
    because: string | null;
  };
  commits: {
    repository: string;
    sha: string;
    session_id: SessionId;
    patch_id: string | null;
  };
  /** Commits that a record claims although they have an owner. */
  commit_conflicts: Omit<Tables['commits'], 'patch_id'>;
  lock_events: {
    seq: Generated<number>;
    at: string;
    lock: string;
    session_id: SessionId | null;
    kind: 'acquired' | 'refused' | 'released';
    detail: string | null;
  };
  choices: {
    seq: Generated<number>;
    at: string;
    seed: number;
    body: string;
  };
  /** What of the audit a person has seen, and left as it is. */
  accepted_findings: Omit<AcceptedFinding, 'sessionId'> & { session_id: SessionId };
  /** When a person last lifted the hold of a category. */
  lifted_holds: {
    category: string;
    at: string;
  };
  checks: CommitCheck & {
    tree: string;
    command: string;
    at: string;
  };
}

/** What belongs to the machine and user rather than to one repository. */
export interface HostTables {
  /** One row: this machine and user. */
  hosts: {
    id: string;
    name: string;
    /** When the id was drawn. */
    at: string;
  };
  parkings: Omit<Parking, 'met' | 'probe' | 'model' | 'asked'> & {
    /** Empty for all of an account, and for a harness. */
    model: string;
    asked: string;
    met: string;
    probe: string | null;
  };
}

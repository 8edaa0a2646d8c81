import type { Generated } from 'kysely';

/** The tables as columns; JSON columns hold what domain/ defines. Times are ISO 8601 UTC. */
export interface Tables {
  sessions: {
    id: string;
    category: string;
    harness: string;
    account: string;
    model: string | null;
    run_type: string;
    started_at: string;
    state: 'intended' | 'running' | 'recorded';
    /** Why it ended; written once, before any signal. */
    stop_reason: string | null;
    stop_because: string | null;
    plan: string;
    /** What the caller calls this piece of work. */
    key: string | null;
    workspace: string | null;
  };
  records: {
    /** The order of the fold. */
    seq: Generated<number>;
    session_id: string;
    category: string;
    harness: string;
    /** What the agent CLI calls the conversation; several sessions may have gone on with one. */
    thread: string | null;
    model: string | null;
    run_type: string;
    attended: string;
    source: string;
    /** Whether it came by an import, whatever `source` it had where it was made; never updated. */
    is_imported: Generated<number>;
    /** 1 where sinks get it from the outbox: its session ran here, and a stint that knows the outbox wrote it. */
    has_outbox: Generated<number>;
    outcome: string;
    grade: number | null;
    /** One bit per failure mode, see mode-bits.ts. */
    modes: number;
    feeds_belief: number;
    started_at: string;
    ended_at: string;
    deliverables: number;
    duration_ms: number | null;
    /** All that were reported; null where none were. */
    tokens: number | null;
    /** How many processes it left that were ended, and that could not be. */
    leftovers: Generated<number>;
    survivors: Generated<number>;
    /** Whether a cgroup named every process of it; null where no agent was started here. */
    is_contained: number | null;
    /** By the database's own clock; null for those of an older stint. */
    written_at: string | null;
    /** The record as first written; never updated. The columns above follow amendments. */
    body: string;
    /** The model that was asked for; never updated. */
    model_asked: string | null;
  };
  /** Each combination that sessions share, once. Rows are only added. */
  groups: {
    id: Generated<number>;
    /** The columns below as JSON: NULL equals NULL in it. */
    combination: string;
    category: string;
    harness: string;
    model: string | null;
    model_asked: string | null;
    run_type: string;
    attended: string;
    source: string;
    is_imported: number;
    outcome: string;
    modes: number;
    feeds_belief: number;
    is_contained: number | null;
    /** The kind of its declaration; null without one. */
    declared: string | null;
    /** The reason of its end; null where the record does not say. */
    stop: string | null;
    /** The machine on which it ran, see host.ts; null where an older stint promised it, and for imported ones. */
    host: string | null;
  };
  /** One narrow row per record, as it stands, for reports, budgets and plans. See group-records.ts. */
  record_facts: {
    seq: number;
    group_id: number;
    session_id: string;
    started_at: string;
    ended_at: string;
    grade: number | null;
    duration_ms: number | null;
    cost_usd: number | null;
    /** All that were reported; null where none were. */
    tokens: number | null;
    input: number | null;
    output: number | null;
    cache_read: number | null;
    cache_write: number | null;
    leftovers: number;
    survivors: number;
    exit_code: number | null;
    /** The `FACTS_VERSION` of the process that wrote it. */
    version: number;
  };
  /** The facts for a price, by record and model, because transcripts are deleted. Null where they were not reported. */
  usage: {
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
    input: number | null;
    output: number | null;
    cache_read: number | null;
    cache_write: number | null;
    cache_write_5m: number | null;
    cache_write_1h: number | null;
  };
  /** The machine that promised each session. */
  session_hosts: {
    session_id: string;
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
  amendments: {
    seq: Generated<number>;
    session_id: string;
    at: string;
    who: string;
    why: string;
    field: string;
    old_value: string;
    new_value: string;
  };
  evidence: {
    session_id: string;
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
    tally: string;
  };
  /** Which files tell of a session, its helpers' own among them. */
  import_sources: {
    file: string;
    session_id: string;
  };
  /** How far the files of `records.mirror` have come. */
  mirrors: {
    file: string;
    inode: string;
    size: number;
    record_seq: number;
    amendment_seq: number;
  };
  /** How far each sink that takes items one by one has looked; see outbox.ts. */
  sinks: {
    name: string;
    record_seq: number;
    amendment_seq: number;
  };
  /** Items behind a sink's cursor that it has not got yet. */
  deliveries: {
    sink: string;
    stream: 'records' | 'amendments';
    seq: number;
    session_id: string;
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
    session_id: string;
    patch_id: string | null;
  };
  /** Commits that a record claims although they have an owner. */
  commit_conflicts: {
    repository: string;
    sha: string;
    session_id: string;
  };
  lock_events: {
    seq: Generated<number>;
    at: string;
    lock: string;
    session_id: string | null;
    kind: 'acquired' | 'refused' | 'released';
    detail: string | null;
  };
  choices: {
    seq: Generated<number>;
    at: string;
    seed: number;
    body: string;
  };
  /** When a person last lifted the hold of a category. */
  lifted_holds: {
    category: string;
    at: string;
  };
  checks: {
    tree: string;
    command: string;
    result: string;
    detail: string;
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
  parkings: {
    kind: 'account' | 'harness';
    name: string;
    /** The state folder of a harness's project; empty for accounts. */
    project: string;
    cause: string;
    reason: string;
    since: string;
    until: string;
    rests: number;
    /** Ids of sessions. */
    met: string;
    repository: string;
    credentials: string | null;
    probe: string | null;
  };
}

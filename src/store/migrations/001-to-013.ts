/** The steps that have no files of their own. */
export const FIRST_STEPS: readonly string[] = [
  `
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    category TEXT NOT NULL,
    harness TEXT NOT NULL,
    account TEXT NOT NULL,
    model TEXT,
    run_type TEXT NOT NULL,
    started_at TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intended', 'running', 'recorded')),
    stop_reason TEXT,
    stop_because TEXT,
    plan TEXT NOT NULL,
    workspace TEXT
  ) STRICT;
  CREATE INDEX sessions_unsettled ON sessions (state) WHERE state <> 'recorded';
  CREATE TABLE records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    harness TEXT NOT NULL,
    model TEXT,
    run_type TEXT NOT NULL,
    attended TEXT NOT NULL,
    source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    grade REAL,
    modes INTEGER NOT NULL,
    feeds_belief INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX records_report ON records
    (started_at, session_id, attended, source, category, harness, model, run_type, outcome, grade, modes, feeds_belief);
  CREATE TABLE amendments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL REFERENCES records (session_id),
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    field TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX amendments_session ON amendments (session_id);
  CREATE TABLE commits (
    repository TEXT NOT NULL,
    sha TEXT NOT NULL,
    session_id TEXT NOT NULL,
    patch_id TEXT,
    PRIMARY KEY (repository, sha)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX commits_patch ON commits (patch_id) WHERE patch_id IS NOT NULL;
  CREATE TABLE lock_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    lock TEXT NOT NULL,
    session_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('acquired', 'refused', 'released')),
    detail TEXT
  ) STRICT;
  CREATE TABLE choices (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    seed INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE checks (
    tree TEXT NOT NULL,
    command TEXT NOT NULL,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (tree, command)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE evidence (
    session_id TEXT PRIMARY KEY REFERENCES records (session_id),
    body TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE records ADD COLUMN is_imported INTEGER NOT NULL DEFAULT 0;
  DROP INDEX records_report;
  CREATE INDEX records_report ON records
    (started_at, session_id, attended, source, is_imported, category, harness, model, run_type, outcome, grade, modes,
     feeds_belief);
  CREATE TABLE imports (
    file TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    inode TEXT NOT NULL,
    offset INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    tail TEXT NOT NULL,
    format TEXT NOT NULL,
    tally TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE records ADD COLUMN deliverables INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE records ADD COLUMN duration_ms INTEGER;
  ALTER TABLE records ADD COLUMN tokens INTEGER;
  ALTER TABLE records ADD COLUMN written_at TEXT;
  UPDATE records SET
    deliverables =
      (SELECT count(*) FROM json_each(body, '$.commitDetails') WHERE json_array_length(value, '$.files') > 0),
    duration_ms = json_extract(body, '$.durationMs');
  CREATE INDEX records_audit ON records
    (category, started_at, session_id, ended_at, source, is_imported, outcome, grade, model, deliverables, duration_ms, tokens, written_at);
  CREATE TABLE commit_conflicts (
    repository TEXT NOT NULL,
    sha TEXT NOT NULL,
    session_id TEXT NOT NULL,
    PRIMARY KEY (repository, sha, session_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE mirrors (
    file TEXT PRIMARY KEY,
    inode TEXT NOT NULL,
    size INTEGER NOT NULL,
    record_seq INTEGER NOT NULL,
    amendment_seq INTEGER NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE sessions ADD COLUMN key TEXT;
  CREATE INDEX sessions_key ON sessions (key, started_at) WHERE key IS NOT NULL;
  `,
  `
  ALTER TABLE records ADD COLUMN leftovers INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE records ADD COLUMN survivors INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE records ADD COLUMN is_contained INTEGER;
  UPDATE records SET leftovers = coalesce(json_array_length(body, '$.leftovers'), 0);
  DROP INDEX records_report;
  CREATE INDEX records_report ON records
    (started_at, session_id, attended, source, is_imported, category, harness, model, run_type, outcome, grade, modes,
     feeds_belief, leftovers, survivors, is_contained);
  `,
  `
  CREATE TABLE lifted_holds (
    category TEXT PRIMARY KEY,
    at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX choices_seed ON choices (seed, seq);
  `,
  `
  ALTER TABLE records ADD COLUMN model_asked TEXT;
  UPDATE records SET model_asked = (SELECT sessions.model FROM sessions WHERE sessions.id = records.session_id);
  CREATE INDEX records_fold ON records
    (seq, category, harness, model, model_asked, run_type, attended, source, is_imported, grade, modes, feeds_belief,
     started_at, ended_at);
  CREATE TABLE belief_snapshots (
    fold TEXT NOT NULL,
    seq INTEGER NOT NULL,
    arms TEXT NOT NULL,
    PRIMARY KEY (fold, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER records_refold AFTER UPDATE ON records BEGIN
    DELETE FROM belief_snapshots WHERE seq >= min(OLD.seq, NEW.seq);
  END;
  CREATE TRIGGER records_unfold AFTER DELETE ON records BEGIN
    DELETE FROM belief_snapshots WHERE seq >= OLD.seq;
  END;
  `,
  `
  CREATE TABLE import_sources (
    file TEXT NOT NULL,
    session_id TEXT NOT NULL,
    PRIMARY KEY (file, session_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX import_sources_session ON import_sources (session_id);
  ALTER TABLE records ADD COLUMN thread TEXT;
  UPDATE records SET thread = json_extract(body, '$.thread');
  CREATE INDEX records_thread ON records (thread) WHERE thread IS NOT NULL;
  `,
  `
  CREATE INDEX lock_events_window ON lock_events (kind, at, lock, session_id);
  CREATE INDEX lock_events_session ON lock_events (session_id, kind, at);
  `,
  `
  DROP INDEX records_fold;
  CREATE INDEX records_fold ON records
    (seq, category, harness, model, model_asked, run_type, attended, source, is_imported, outcome, grade, modes,
     feeds_belief, started_at, ended_at);
  `,
  `
  CREATE TABLE sinks (
    name TEXT PRIMARY KEY,
    record_seq INTEGER NOT NULL,
    amendment_seq INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE deliveries (
    sink TEXT NOT NULL,
    stream TEXT NOT NULL CHECK (stream IN ('records', 'amendments')),
    seq INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'aside')),
    attempts INTEGER NOT NULL,
    begun INTEGER NOT NULL DEFAULT 0,
    next_at TEXT,
    because TEXT,
    PRIMARY KEY (sink, stream, seq)
  ) STRICT, WITHOUT ROWID;
  -- A process of an older stint that is still at work leaves it 0, and runs what follows its record itself.
  ALTER TABLE records ADD COLUMN has_outbox INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX records_own ON records (seq, session_id) WHERE has_outbox = 1;
  INSERT INTO sinks SELECT 'after',
    (SELECT coalesce(max(seq), 0) FROM records), (SELECT coalesce(max(seq), 0) FROM amendments);
  `,
];

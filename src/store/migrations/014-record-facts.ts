/**
 * Facts of records as columns. The step changes no table that has rows, so it takes no longer with a million records:
 * `group-records.ts` fills the new tables in batches. Triggers mark what an older process writes meanwhile.
 */
export const RECORD_FACTS = `
  CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    combination TEXT NOT NULL UNIQUE,
    category TEXT NOT NULL,
    harness TEXT NOT NULL,
    model TEXT,
    model_asked TEXT,
    run_type TEXT NOT NULL,
    attended TEXT NOT NULL,
    source TEXT NOT NULL,
    is_imported INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    modes INTEGER NOT NULL,
    feeds_belief INTEGER NOT NULL,
    is_contained INTEGER,
    declared TEXT,
    stop TEXT,
    host TEXT
  ) STRICT;
  CREATE INDEX groups_category ON groups (category);
  CREATE TABLE record_facts (
    seq INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    grade REAL,
    duration_ms INTEGER,
    cost_usd REAL,
    tokens INTEGER,
    input INTEGER,
    output INTEGER,
    cache_read INTEGER,
    cache_write INTEGER,
    leftovers INTEGER NOT NULL,
    survivors INTEGER NOT NULL,
    exit_code INTEGER,
    version INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX record_facts_started ON record_facts (started_at, session_id, group_id, grade, leftovers, survivors);
  CREATE INDEX record_facts_ended ON record_facts (ended_at, group_id, tokens, cost_usd);
  CREATE INDEX record_facts_group ON record_facts (group_id, started_at, session_id, tokens, cost_usd);
  CREATE INDEX record_facts_version ON record_facts (version);
  CREATE TABLE usage (
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    model TEXT,
    is_subagent INTEGER,
    service_tier TEXT,
    context_band TEXT,
    requests INTEGER,
    input INTEGER,
    output INTEGER,
    cache_read INTEGER,
    cache_write INTEGER,
    cache_write_5m INTEGER,
    cache_write_1h INTEGER,
    PRIMARY KEY (seq, line)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE session_hosts (
    session_id TEXT PRIMARY KEY,
    host TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE record_marks (seq INTEGER PRIMARY KEY) STRICT;
  CREATE TRIGGER records_mark_insert AFTER INSERT ON records BEGIN
    INSERT OR IGNORE INTO record_marks VALUES (NEW.seq);
  END;
  CREATE TRIGGER records_mark_update AFTER UPDATE ON records BEGIN
    INSERT OR IGNORE INTO record_marks VALUES (OLD.seq), (NEW.seq);
  END;
  CREATE TRIGGER records_mark_delete AFTER DELETE ON records BEGIN
    INSERT OR IGNORE INTO record_marks VALUES (OLD.seq);
  END;
  -- No program deletes a group. Where a person does, its records get another one.
  CREATE TRIGGER groups_mark_delete AFTER DELETE ON groups BEGIN
    INSERT OR IGNORE INTO record_marks SELECT seq FROM record_facts WHERE group_id = OLD.id;
  END;
  -- The records up to \`last\` are older than this step; those up to \`done\` have their facts.
  CREATE TABLE grouping (done INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
  INSERT INTO grouping SELECT 0, coalesce(max(seq), 0) FROM records;
`;

/**
 * Findings of the audit that a person has seen: the detail belongs to the key, because another one is a new contradiction.
 * And what records name beside their outcome (trace-bits.ts); the batches of `group-records.ts` fill it.
 */
export const ACCEPTED_FINDINGS = `
  CREATE TABLE accepted_findings (
    kind TEXT NOT NULL,
    session_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (kind, session_id, detail)
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE record_facts ADD COLUMN traces INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX record_facts_traces ON record_facts (session_id, traces) WHERE traces <> 0;
`;

/** Findings of the audit that a person has seen. The detail belongs to the key: another one is a new contradiction. */
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
`;

/**
 * What imported sessions left in files, as marks of lines, and what a search of a repository found of it; and as what each
 * repository was seen when it was searched last.
 */
export const EDITED_LINES = `
  CREATE TABLE edited_lines (
    session_id TEXT PRIMARY KEY,
    repository TEXT,
    first_at TEXT NOT NULL,
    paths TEXT NOT NULL,
    marks TEXT NOT NULL,
    stamp TEXT NOT NULL,
    found TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE line_searches (
    repository TEXT PRIMARY KEY,
    stamp TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

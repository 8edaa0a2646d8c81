import { FIRST_STEPS } from './001-to-013.ts';
import { RECORD_FACTS } from './014-record-facts.ts';
import { ACCEPTED_FINDINGS } from './015-accepted-findings.ts';
import { START_BY_BOOT } from './016-start-by-boot.ts';
import { EDITED_LINES } from './017-edited-lines.ts';

/** Numbered steps; a file remembers in `user_version` how many it has had. Never change one that was released. */
export const PROJECT_MIGRATIONS: readonly string[] = [
  ...FIRST_STEPS,
  RECORD_FACTS,
  ACCEPTED_FINDINGS,
  START_BY_BOOT,
  EDITED_LINES,
];

/** The same for `host.db`. */
export const HOST_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    parked_until TEXT NOT NULL,
    reason TEXT NOT NULL,
    session_id TEXT NOT NULL,
    parked_at TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE parkings (
    kind TEXT NOT NULL CHECK (kind IN ('account', 'harness')),
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    cause TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    rests INTEGER NOT NULL,
    met TEXT NOT NULL,
    repository TEXT NOT NULL,
    credentials TEXT,
    probe TEXT,
    PRIMARY KEY (kind, name, project)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO parkings (kind, name, project, cause, reason, since, until, rests, met, repository)
    SELECT 'account', name, '', 'usage_limit', reason, parked_at, parked_until, 0, json_array(session_id), '' FROM accounts;
  DROP TABLE accounts;
  `,
  `
  CREATE TABLE hosts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE parkings_by_model (
    kind TEXT NOT NULL CHECK (kind IN ('account', 'harness')),
    name TEXT NOT NULL,
    project TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    asked TEXT NOT NULL DEFAULT '[]',
    cause TEXT NOT NULL,
    reason TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    rests INTEGER NOT NULL,
    met TEXT NOT NULL,
    repository TEXT NOT NULL,
    credentials TEXT,
    probe TEXT,
    PRIMARY KEY (kind, name, project, model)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO parkings_by_model
    SELECT kind, name, project, '', '[]', cause, reason, since, until, rests, met, repository, credentials, probe FROM parkings;
  DROP TABLE parkings;
  ALTER TABLE parkings_by_model RENAME TO parkings;
  `,
];

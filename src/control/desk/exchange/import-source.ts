import type { ImportRules } from '../../../domain/import-rules.ts';
import type { Repository } from '../../../git/repository.ts';
import type { Bookmark } from '../../../store/imports.ts';
import type { Project } from '../../project/project.ts';
import type { ImportScope } from './import-scope.ts';
import type { ImportTally } from './import-tally.ts';
import type { KnownSessions } from './known-sessions.ts';

/** One import. */
export interface ImportRun {
  readonly project: Project;
  readonly tally: ImportTally;
  /** The memory of earlier imports, by file. */
  readonly bookmarks: ReadonlyMap<string, Bookmark>;
  /** Reads what was read before too. */
  readonly isAgain: boolean;
  /** The sessions of these paths ran without a person, says the caller. */
  readonly isUnattended: boolean;
  /** What is known of sessions by then. */
  readonly known: KnownSessions;
  /** Why a record changes that is not new, for its amendments. */
  readonly why: string;
  /** Whose sessions are taken of what agent CLIs keep; record files are taken as a whole. */
  readonly scope: ImportScope;
  /** Asked for the commits that transcripts name, beside the repositories that the sessions worked in. */
  readonly repositories: readonly Repository[];
  /** What the user says of calls. */
  readonly rules: ImportRules;
  /** Stops after the part that is being written; what was imported stays. */
  readonly cancelled: AbortSignal;
}

/** Called after each part of a file, with how many bytes have been read. @returns false when no more is to be read */
export type GoesOn = (offset: number) => Promise<boolean>;

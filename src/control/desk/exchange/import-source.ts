import type { Repository } from '../../../git/repository.ts';
import type { WalkedFile } from '../../../lib/file-system.ts';
import type { Bookmark } from '../../../store/imports.ts';
import type { Project } from '../../project/project.ts';
import type { ImportScope } from './import-scope.ts';
import type { ImportTally } from './import-tally.ts';

export interface ImportOptions {
  /** Reads what was read before too. */
  readonly isAgain: boolean;
  /** Whose sessions are taken of what agent CLIs keep; record files are taken as a whole. */
  readonly scope: ImportScope;
  /** Asked for the commits that transcripts name, beside the repositories that the sessions worked in. */
  readonly repositories: readonly Repository[];
  /** Stops after the part that is being written; what was imported stays. */
  readonly cancelled: AbortSignal;
}

/** One import, as its sources see it. */
export interface ImportRun extends ImportOptions {
  readonly project: Project;
  readonly tally: ImportTally;
  /** The memory of earlier imports, by file. */
  readonly bookmarks: ReadonlyMap<string, Bookmark>;
}

/** A kind of files that tell of sessions. */
export interface Source {
  /**
   * Reads one file, and brings into the store what is not there yet. Files of one folder come one after the other.
   *
   * @param onPart called after each part with how much of the file has been read, 0.0-1.0
   */
  add(walked: WalkedFile, onPart: (share: number) => void): Promise<void>;
  /** Writes what still waits. */
  finish(): Promise<void>;
}

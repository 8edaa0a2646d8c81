import type { Repository } from '../../../git/repository.ts';
import type { ImportScope } from './import-scope.ts';

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

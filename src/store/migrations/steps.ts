import { FIRST_STEPS } from './001-to-013.ts';
import { RECORD_FACTS } from './014-record-facts.ts';

/** Numbered steps; a file remembers in `user_version` how many it has had. Never change one that was released. */
export const PROJECT_MIGRATIONS: readonly string[] = [...FIRST_STEPS, RECORD_FACTS];

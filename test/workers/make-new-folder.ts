import path from 'node:path';
import { makeFolder } from '../../src/lib/make-folder.ts';
import { takeTurns } from '../support/at-once.ts';

await takeTurns((folder, round) => {
  makeFolder(path.join(folder, String(round), 'a', 'b', 'c', 'd'));
});

import path from 'node:path';
import { openStore } from '../../src/store/store.ts';
import { takeTurns } from '../support/at-once.ts';

await takeTurns(async (folder, round) => {
  const store = await openStore(path.join(folder, `${round}.db`));
  await store.destroy();
});

import path from 'node:path';
import { openStore } from '../../src/store/store.ts';
import { takeTurns } from '../support/at-once.ts';

await takeTurns((folder, round) => openStore(path.join(folder, `${round}.db`)).destroy());

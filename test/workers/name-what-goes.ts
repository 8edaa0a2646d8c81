import { mkdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { realPath } from '../../src/lib/file-system.ts';
import { takeTurns } from '../support/at-once.ts';

const TIMES = 2000;

// All make and remove the same folder, and each asks for its real path meanwhile.
await takeTurns((folder) => {
  const inner = path.join(folder, 'inner');
  for (let i = 0; i < TIMES; i++) {
    const change = i % 2 === 0 ? mkdirSync : rmdirSync;
    try {
      change(inner);
    } catch {
      // Another one was faster.
    }
    realPath(inner);
  }
});

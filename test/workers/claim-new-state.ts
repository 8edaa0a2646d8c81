import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { claimState } from '../../src/control/project/place-state.ts';
import { stateLayout } from '../../src/domain/layout.ts';
import { makeFolder } from '../../src/lib/make-folder.ts';
import { takeTurns } from '../support/at-once.ts';

// Each is a repository of its own that was given the same state.
await takeTurns(async (folder, round) => {
  const top = path.join(folder, `repository-${threadId}`);
  const state = path.join(folder, `state-${round}`);
  makeFolder(top);
  makeFolder(state);
  await claimState(stateLayout(state, ''), { top, commonDir: null, branch: null, head: null });
});

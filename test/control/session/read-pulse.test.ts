import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pulseReader } from '../../../src/control/session/read-pulse.ts';
import { sessionFiles, stateLayout } from '../../../src/domain/layout.ts';
import { createHarness } from '../../../src/harness/create-harness.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { tableOf, type ProcessTable } from '../../../src/lib/process-table.ts';
import { SessionTree } from '../../../src/run/session-tree.ts';
import { planOf, sessionId } from '../../support/records.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('what was read for a look that failed is seen by the next one, once', () => {
  const folder = scratchFolder();
  const layout = stateLayout(folder, folder);
  const id = sessionId(1);
  const files = sessionFiles(layout, id);
  mkdirSync(files.folder, { recursive: true });
  const harnessSettings = { type: 'command', command: ['x'], format: 'stream-json' } as const;
  const harness = createHarness(harnessSettings);
  const session = { id, files, harness, plan: planOf({ harnessSettings }), workspace: null };
  const look = pulseReader({ clock: systemClock, layout, env: {} }, session, new SessionTree(id, null));
  writeFileSync(files.stdout, '{"type":"system","subtype":"init","session_id":"t1"}\n');
  const full = (): ProcessTable => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  };
  const table = (): ProcessTable => tableOf([], 0);
  expect(() => look.read(full)).toThrow('too many open files');
  const kinds = (): string[] => look.read(table).events.map(({ kind }) => kind);
  expect(kinds()).toEqual(['started', 'prompted']);
  expect(kinds()).toEqual([]);
});

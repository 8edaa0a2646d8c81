import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';

test('an import of an export counts outcomes as amended, also where it reads the file again', async () => {
  const source = scratchProject();
  const rows = [1, 2, 3].map((number) => ({
    session_id: `s${number}`,
    outcome: 'noop',
    timestamp: `2026-01-0${number}`,
  }));
  source.write('r.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await stintJson(source, 'import', 'r.jsonl');
  const [newest] = await stintJson<SessionRecord[]>(source, 'sessions');
  const id = newest?.id ?? '';
  for (const change of ['outcome=failed', 'outcome=blocked', 'attended=yes'])
    await stint(source, 'amend', id, change, '--why', 'a person saw it');
  const file = path.join(source.folder, 'all.jsonl');
  await stint(source, 'export', '--out', file);
  const target = scratchProject();
  const counted = { byOutcome: { blocked: 1, noop: 2 }, byAttended: { no: 2, yes: 1 } };
  expect(await stintJson<ImportReport>(target, 'import', file)).toMatchObject({ new: 3, ...counted });
  expect(await stintJson<ImportReport>(target, 'import', file)).toMatchObject({ unchanged: 3, ...counted });
  const again = await stintJson<ImportReport>(target, 'import', file, '--again');
  expect(again).toMatchObject({ unchanged: 3 });
  expect(again.byOutcome).toEqual(counted.byOutcome);
});

// `STINT_TRANSCRIPTS=FOLDER [STINT_TRANSCRIPTS_REPO=REPOSITORY] npm run test:transcripts`: reads and imports a folder of real
// transcripts, and says for each set in it which sessions it decided, which figures disagree, and what it could not check. Nothing of
// them is kept. Without a folder it does the same with a small set that it writes itself.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkSet } from './check-set.ts';
import { setsIn } from './find-transcripts.ts';
import { writeFixture } from './fixture.ts';

const STINT = path.resolve(import.meta.dirname, '../../bin/stint');
const folder = process.env['STINT_TRANSCRIPTS'] ?? '';
const repository = process.env['STINT_TRANSCRIPTS_REPO'] ?? '';

if (folder === '') {
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-fixture-'));
  try {
    console.log('STINT_TRANSCRIPTS names no folder of transcripts: a small set is written and checked.');
    const fixture = writeFixture(scratch);
    process.exitCode = check(fixture.folder, fixture.repository) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
} else {
  process.exitCode = check(path.resolve(folder), repository === '' ? null : path.resolve(repository)) ? 0 : 1;
}

function check(top: string, asked: string | null): boolean {
  const missing = [top, ...(asked === null ? [] : [asked])].find((each) => !existsSync(each));
  if (missing !== undefined) {
    console.log(`${missing}: there is no such folder`);
    return false;
  }
  const faults: string[] = [];
  for (const set of setsIn(top)) {
    const report = checkSet({ stint: STINT, folder: set, repository: asked });
    console.log(report.lines.join('\n'));
    faults.push(...report.faults.map((fault) => `${path.basename(set)}: ${fault}`));
  }
  console.log(faults.length === 0 ? 'nothing is wrong' : `${faults.length} faults\n${faults.join('\n')}`);
  return faults.length === 0;
}

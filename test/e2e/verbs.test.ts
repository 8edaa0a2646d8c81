import { expect, test } from 'vitest';
import { VERBS } from '../../src/cli/verbs.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint } from '../support/stint.ts';

// The published program has every verb: what each does is mostly tested without a process of its own.

test.for(VERBS)('stint $name', async ({ name, summary }) => {
  const folder = scratchFolder();
  const result = await stint({ folder, env: scratchEnvironment(folder) }, name, '--help');
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout.replaceAll(/\s+/g, ' ')).toContain(summary);
});

import path from 'node:path';
import { expect, test } from 'vitest';
import { readMachineUse } from '../../src/lib/machine-use.ts';
import { scratchFolder } from '../support/scratch.ts';

test('the disk of a folder that is not made yet is the one on which it will be', () => {
  const { disk } = readMachineUse([path.join(scratchFolder(), 'not', 'made', 'yet')]);
  expect(disk).toBeGreaterThan(0);
  expect(disk).toBeLessThanOrEqual(1);
  expect(readMachineUse([]).disk).toBeNull();
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FAILURE_MODES } from '../../src/domain/failure-mode.ts';
import { EFFECT_WEIGHTS } from '../../src/judge/deliverables.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/outcomes.md'), 'utf8');

/** Cells of every row of every table of the page. */
const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

test('docs/outcomes.md says what the table of failure modes says', () => {
  for (const [mode, info] of Object.entries(FAILURE_MODES)) {
    const row = rows.find((cells) => cells[1] === mode);
    expect(row?.slice(2, 6), mode).toEqual([info.class, info.rule, info.cause, info.fix]);
  }
});

test('and what the weights of deliverables are', () => {
  for (const [name, weight] of Object.entries(EFFECT_WEIGHTS))
    expect(rows.find((cells) => cells[1] === name && cells.length === 4)?.[2], name).toBe(String(weight));
});

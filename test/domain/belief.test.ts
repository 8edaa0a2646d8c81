import { expect, test } from 'vitest';
import { armName, type Arm } from '../../src/domain/belief.ts';
import type { CategoryName } from '../../src/domain/ids.ts';

const category = 'code' as CategoryName;
const harness = (name: string, model: string | null): Arm => ({
  kind: 'harness',
  category,
  harness: name,
  model,
});

test('no two arms have one name, whatever their harnesses and models are called', () => {
  const arms: Arm[] = [
    { kind: 'category', category },
    { kind: 'run-type', runType: 'timer' },
    harness('codex', null),
    harness('codex', 'gpt'),
    harness('codex gpt', null),
    harness('codex', 'gpt x'),
    harness('codex gpt', 'x'),
  ];
  expect(new Set(arms.map(armName)).size).toBe(arms.length);
});

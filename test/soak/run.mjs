// `npm run test:soak`: chaos until a budget of time is used up. `npm run test:soak -- --long` plays all of its rounds instead.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';

const BUDGET_MINUTES = 8;

function refuse(sentence) {
  console.error(
    `test:soak: ${sentence} It takes --long, --seed N, --budget MINUTES and names of test files.`,
  );
  process.exit(2);
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { long: { type: 'boolean' }, seed: { type: 'string' }, budget: { type: 'string' } },
    });
  } catch (error) {
    const [sentence] = error.message.replace('is ambiguous', 'must not begin with a dash').split(/\.\s/);
    refuse(`${sentence.replace(/\.$/, '')}.`);
  }
}

const { values, positionals } = parse();
const seed = values.seed ?? String(randomInt(2 ** 31));
if (!/^\d{1,10}$/.test(seed) || Number(seed) >= 2 ** 31)
  refuse(`--seed is "${seed}"; it must be a whole number from 0 to 2147483647.`);
const budget = Number(values.budget ?? BUDGET_MINUTES);
if (!(budget > 0 && budget <= 600))
  refuse(`--budget is "${values.budget}"; it must be a number of minutes above 0, at most 600.`);
if (values.long && values.budget !== undefined) refuse('--budget and --long cannot go together.');

const again = [...(values.long ? ['--long'] : []), '--seed', seed].join(' ');
console.log(`Seed ${seed}: \`npm run test:soak -- ${again}\` draws the same again.`);
const vitest = path.resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
const config = path.join(import.meta.dirname, 'vitest.config.ts');
const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config, ...positionals], {
  stdio: 'inherit',
  env: {
    ...process.env,
    STINT_SOAK_SEED: seed,
    ...(values.long ? {} : { STINT_SOAK_BUDGET_MS: String(budget * 60_000) }),
  },
});
if (status !== 0) console.error(`test:soak failed with seed ${seed}.`);
process.exit(status ?? 1);

import { systemClock } from '../lib/clock.ts';
import { runCommandLine } from './command-line.ts';
import { catchInterrupts } from './interrupts.ts';
import { VERBS } from './verbs.ts';

// A reader that went away (`stint sessions | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

// Without a reader of notes the work goes on.
process.stderr.on('error', () => undefined);

const code = await runCommandLine(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  clock: systemClock,
  verbs: VERBS,
  ...catchInterrupts(),
});
if (code !== null) process.exitCode = code;

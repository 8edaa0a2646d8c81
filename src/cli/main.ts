import { systemClock } from '../lib/clock.ts';
import { runCommandLine } from './command-line.ts';
import type { CliContext } from './verb.ts';
import { VERBS } from './verbs.ts';

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

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

/**
 * The first signal asks for an orderly end: running sessions are ended, judged and recorded. The second leaves at once;
 * what is still open then is settled by the next start.
 */
function catchInterrupts(): Pick<CliContext, 'interrupted' | 'interruptCode'> {
  const controller = new AbortController();
  let exitCode: number | null = null;
  for (const signal of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) {
    process.on(signal, () => {
      if (exitCode !== null) process.exit(EXIT_CODES[signal]);
      exitCode = EXIT_CODES[signal];
      controller.abort(`it was interrupted (${signal})`);
    });
  }
  return { interrupted: controller.signal, interruptCode: () => exitCode };
}

import type { CliContext } from './context.ts';

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * The first signal asks for an orderly end: running sessions are ended, judged and recorded. The second leaves at once;
 * what is still open then is settled by the next start.
 */
export function catchInterrupts(): Pick<CliContext, 'interrupted' | 'interruptCode'> {
  const controller = new AbortController();
  let code: number | null = null;
  for (const signal of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) {
    process.on(signal, () => {
      if (code !== null) process.exit(EXIT_CODES[signal]);
      code = EXIT_CODES[signal];
      controller.abort(`it was interrupted (${signal})`);
    });
  }
  return { interrupted: controller.signal, interruptCode: () => code };
}

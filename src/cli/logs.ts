import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { requireSession, withProject } from './open.ts';
import { note, print, printRaw } from './print.ts';

const HELP = `
Prints what the agent said, a line an event; with --stderr what it printed
there. Secrets are taken out; with --raw its output as it came, with them.

Examples:
  $ stint logs ab12 -f               follow a running session
  $ stint logs ab12 --raw            the agent's own output
`;

const POLL_MS = 250;

interface LogsOptions extends CommonOptions {
  readonly follow?: boolean;
  readonly raw?: boolean;
  readonly stderr?: boolean;
}

export const completes: Completions = { argument: 'sessions' };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('<id>', 'a session id, or its first letters')
    .option('-f, --follow', 'go on until the session has its record')
    .option('--raw', 'the output as it came, secrets and all')
    .option('--stderr', 'standard error instead of standard output')
    .addHelpText('after', HELP);
  command.action(async (prefix: string, options: LogsOptions) => {
    await withProject(context, options, 'read', async (project) => {
      const id = await requireSession(project, prefix);
      const { openSessionLog } = await import('../control/desk/session-log.ts');
      const { findRecord } = await import('../store/records.ts');
      const log = await openSessionLog(project, id, {
        isRaw: options.raw === true,
        isStderr: options.stderr === true,
      });
      if (!existsSync(log.file))
        throw new Problem(
          'no_output',
          `Session ${id} has no output in ${log.file}.`,
          'It may not have started, or was cleaned away.',
          1,
        );
      // Its lines are redacted already: data is, before it becomes text.
      const show = options.raw || options.json ? printRaw : print;
      if (options.raw) note('stint: the output as it came; secrets in it are not taken out');
      for (;;) {
        // Asked first, so that nothing written between is missed.
        const isOver =
          options.follow !== true ||
          context.interrupted.aborted ||
          (await findRecord(project.store, id)) !== null;
        for (const line of log.read(isOver)) show(options.json ? JSON.stringify(line) : line.text);
        if (isOver) return;
        await context.clock.sleep(POLL_MS, context.interrupted);
      }
    });
  });
};

import type { LogLine } from '../stint/data.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { note, print, printRaw } from './print.ts';

export const help = `
Prints what the agent said, a line an event; with --stderr what it printed
there. Secrets are taken out; with --raw its output as it came, with them.

Examples:
  $ stint logs ab12 -f               follow a running session
  $ stint logs ab12 --raw            the agent's own output
`;

interface LogsOptions extends CommonOptions {
  readonly follow?: boolean;
  readonly raw?: boolean;
  readonly stderr?: boolean;
}

export const completes: Completions = { argument: 'sessions' };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<id>', 'a session id, or its first letters')
    .option('-f, --follow', 'go on until the session has its record')
    .option('--raw', 'the output as it came, secrets and all')
    .option('--stderr', 'standard error instead of standard output');
  command.action(async (session: string, options: LogsOptions) => {
    // Its lines are redacted already: data is, before it becomes text.
    const show = options.raw || options.json ? printRaw : print;
    let isWarned = options.raw !== true;
    const warn = (): void => {
      if (!isWarned) note('stint: the output as it came; secrets in it are not taken out');
      isWarned = true;
    };
    const onLine = (line: LogLine): void => {
      warn();
      show(options.json ? JSON.stringify(line) : line.text);
    };
    await stintOf(context, options).logs(
      {
        session,
        isRaw: options.raw === true,
        isStderr: options.stderr === true,
        isFollowed: options.follow === true,
      },
      onLine,
    );
    warn();
  });
};

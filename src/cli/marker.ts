import { isMarkerLabel } from '../domain/marker.ts';
import { LONGEST_TIMER_MS, parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { noteTrouble } from './open.ts';
import { note } from './print.ts';

export const help = `
For long work inside a session: while the command runs, its supervisor knows
that the session is busy with it, at most for the time that you say. The exit
code is the command's. Outside a session the command simply runs.

Examples:
  $ stint marker hold --for 2h -- cargo bench
  $ stint marker hold --label deploy -- ./wait-for-deploy.sh
`;

/** As a shell says it of a program that is not there. */
const NOT_FOUND = 127;

interface MarkerOptions extends CommonOptions {
  readonly for?: number;
  readonly label?: string;
}

export const completes: Completions = { argument: ['hold'] };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<what>', 'hold')
    .argument('[words...]', 'the command, after two dashes')
    .option('--for <duration>', 'the most that it will take (default: 30m)', forOption)
    .option(
      '--label <name>',
      'what the session is busy with (default: the name of the program)',
      labelOption,
    );
  command.action(async (what: string, [program, ...rest]: string[], options: MarkerOptions) => {
    if (what !== 'hold')
      throw new Problem(
        'usage',
        `"${oneLine(what, 40)}" is nothing that \`stint marker\` does.`,
        'It does hold.',
      );
    if (program === undefined || program === '')
      throw new Problem(
        'usage',
        'There is no command to run.',
        'Write it after two dashes: stint marker hold -- make bench',
      );
    const { holdMarker } = await import('../stint/outside.ts');
    const { env, clock, interrupted: cancelled } = context;
    const result = await holdMarker(
      { env, clock, cancelled, onTrouble: noteTrouble },
      { words: [program, ...rest], label: options.label, forMs: options.for },
    );
    if ('notStarted' in result) note(`stint: ${oneLine(program, 80)} cannot be run: ${result.notStarted}`);
    process.exitCode = 'notStarted' in result ? NOT_FOUND : result.exitCode;
  });
};

function labelOption(text: string): string {
  if (isMarkerLabel(text)) return text;
  throw new Problem(
    'usage',
    `--label is "${oneLine(text, 80)}".`,
    'It must be letters, digits, ".", "-" and "_", at most 64.',
  );
}

function forOption(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0 && ms <= LONGEST_TIMER_MS) return ms;
  throw new Problem(
    'usage',
    `--for is "${oneLine(text, 40)}".`,
    'It must be a duration such as 90s, 45m or 2h, at most 24d.',
  );
}

import { isMarkerLabel } from '../domain/marker.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { noteTrouble } from './open.ts';
import { deedOf, duration } from './option-words.ts';
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

const DEEDS = ['hold'] as const;

export const completes: Completions = { argument: DEEDS };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<what>', 'hold')
    .argument('[words...]', 'the command, after two dashes')
    .option('--for <duration>', 'the most that it will take (default: 30m)', duration('--for'))
    .option(
      '--label <name>',
      'what the session is busy with (default: the name of the program)',
      labelOption,
    );
  command.action(async (what: string, [program, ...rest]: string[], options: MarkerOptions) => {
    deedOf('marker', DEEDS)(what);
    if (program === undefined || program === '')
      throw wrongCall(
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
  throw wrongCall(
    `--label is "${oneLine(text, 80)}".`,
    'It must be letters, digits, ".", "-" and "_", at most 64.',
  );
}

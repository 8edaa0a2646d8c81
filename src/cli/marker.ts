import { isMarkerLabel } from '../domain/marker.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { noteTrouble } from './open.ts';
import { deed, duration } from './option-words.ts';
import { note } from './print.ts';
import { defineVerb } from './verb.ts';

/** As a shell says it of a program that is not there. */
const NOT_FOUND = 127;

export const verb = defineVerb({
  help: `
For long work inside a session: while the command runs, its supervisor knows
that the session is busy with it, at most for the time that you say. The exit
code is the command's. Outside a session the command simply runs.

Examples:
  $ stint marker hold --for 2h -- cargo bench
  $ stint marker hold --label deploy -- ./wait-for-deploy.sh
`,
  place: 'nowhere',
  takes: { '<what>': deed('marker', ['hold']), '[words...]': 'the command, after two dashes' },
  options: {
    '--for <duration>': { about: 'the most that it will take (default: 30m)', read: duration() },
    '--label <name>': {
      about: 'what the session is busy with (default: the name of the program)',
      read: labelOption,
    },
  },
  async run({ context, given, options: { for: forMs, label } }) {
    const [program, ...rest] = given.words;
    if (program === undefined || program === '')
      throw wrongCall(
        'There is no command to run.',
        'Write it after two dashes: stint marker hold -- make bench',
      );
    const { holdMarker } = await import('../stint/outside.ts');
    const { env, clock, interrupted: cancelled } = context;
    const result = await holdMarker(
      { env, clock, cancelled, onTrouble: noteTrouble },
      { words: [program, ...rest], label, forMs },
    );
    if ('notStarted' in result) note(`stint: ${oneLine(program, 80)} cannot be run: ${result.notStarted}`);
    process.exitCode = 'notStarted' in result ? NOT_FOUND : result.exitCode;
  },
});

function labelOption(text: string): string {
  if (isMarkerLabel(text)) return text;
  throw wrongCall(
    `--label is "${oneLine(text, 80)}".`,
    'It must be letters, digits, ".", "-" and "_", at most 64.',
  );
}

import { oneLine } from '../lib/plain-text.ts';
import type { DoctorFinding } from '../stint/data.ts';
import type { CommonOptions, VerbModule } from './context.ts';
import { placeOf } from './open.ts';
import { answer, style } from './print.ts';

export const help = `
Looks at the runtime, git, the agent CLIs, locks, disk, clock, configuration and
state. Each line that is not right says what to do. Exit 1 when any line fails.

Examples:
  $ stint doctor
  $ stint doctor --json -C ~/project
`;

const MARKS: Readonly<Record<DoctorFinding['level'], string>> = { ok: '✓', info: '·', warn: '!', fail: '✗' };

export const configure: VerbModule['configure'] = (command, context) => {
  command.action(async (options: CommonOptions) => {
    const { diagnose } = await import('../stint/outside.ts');
    const diagnosis = await diagnose(placeOf(context, options));
    answer(diagnosis, options, ({ findings }) => findings.map(renderFinding).join('\n'));
    if (!diagnosis.isWell) process.exitCode = 1;
  });
};

function renderFinding({ name, level, detail, remedy }: DoctorFinding): string {
  const mark =
    level === 'fail'
      ? style('red', MARKS[level])
      : level === 'warn'
        ? style('yellow', MARKS[level])
        : MARKS[level];
  return `${mark} ${name.padEnd(20)} ${oneLine(detail)}${remedy === null ? '' : `\n    → ${oneLine(remedy)}`}`;
}

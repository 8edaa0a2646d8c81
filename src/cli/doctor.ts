import { oneLine } from '../lib/plain-text.ts';
import type { DoctorFinding } from '../stint/data.ts';
import { style } from './print.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
Looks at the runtime, git, the agent CLIs, locks, disk, clock, configuration and
state. Each line that is not right says what to do. Exit 1 when any line fails.

Examples:
  $ stint doctor
  $ stint doctor --json -C ~/project
`,
  async run({ place, answer }) {
    const { diagnose } = await import('../stint/outside.ts');
    const diagnosis = await diagnose(place());
    answer(diagnosis, ({ findings }) => findings.map(renderFinding).join('\n'));
    if (!diagnosis.isWell) process.exitCode = 1;
  },
});

function renderFinding({ name, level, detail, remedy }: DoctorFinding): string {
  const marks = { ok: '✓', info: '·', warn: style('yellow', '!'), fail: style('red', '✗') };
  return `${marks[level]} ${name.padEnd(20)} ${oneLine(detail)}${remedy === null ? '' : `\n    → ${oneLine(remedy)}`}`;
}

import type { Command } from 'commander';
import type { Finding } from '../control/setup/doctor.ts';
import type { Project } from '../control/project/project.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, VerbModule } from './context.ts';
import { namedPlace } from './open.ts';
import { print, printJson, style } from './print.ts';

const HELP = `
Looks at the runtime, git, the agent CLIs, locks, disk, clock, configuration and
state. Each line that is not right says what to do. Exit 1 when any line fails.

Examples:
  $ stint doctor
  $ stint doctor --json -C ~/project
`;

const MARKS: Readonly<Record<Finding['level'], string>> = { ok: '✓', info: '·', warn: '!', fail: '✗' };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command.addHelpText('after', HELP);
  command.action(async (options: CommonOptions) => {
    const { examine } = await import('../control/setup/doctor.ts');
    const { requireFolder } = await import('../control/project/require-folder.ts');
    const { folder, configFile } = namedPlace(context, options);
    requireFolder(folder);
    const project = await tryOpen(folder, configFile, options, context);
    const findings = await examine({
      folder,
      env: context.env,
      clock: context.clock,
      nodeVersion: process.version,
      project,
    });
    if (!(project instanceof Problem)) await project.close();
    const isWell = findings.every(({ level }) => level !== 'fail');
    if (options.json) printJson({ isWell, findings });
    else print(findings.map(renderFinding).join('\n'));
    if (!isWell) process.exitCode = 1;
  });
};

/** What cannot be opened is a finding here, not the end. */
async function tryOpen(
  folder: string,
  configFile: string | undefined,
  options: CommonOptions,
  context: CliContext,
): Promise<Project | Problem> {
  const { openProject } = await import('../control/project/project.ts');
  try {
    return await openProject({
      folder,
      configFile,
      assignments: options.set ?? [],
      env: context.env,
      clock: context.clock,
      access: 'read',
    });
  } catch (error) {
    // A wrong call is not a state of the machine.
    if (error instanceof Problem && error.code !== 'usage') return error;
    throw error;
  }
}

function renderFinding({ name, level, detail, remedy }: Finding): string {
  const mark =
    level === 'fail'
      ? style('red', MARKS[level])
      : level === 'warn'
        ? style('yellow', MARKS[level])
        : MARKS[level];
  return `${mark} ${name.padEnd(20)} ${oneLine(detail)}${remedy === null ? '' : `\n    → ${oneLine(remedy)}`}`;
}

import type { Command } from 'commander';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { namedPlace } from './open.ts';
import { print, printJson } from './print.ts';

const HELP = `
The hooks tell a session's supervisor that the agent is at work, and the agent
when its soft deadline has passed; outside sessions they do nothing. Your own
hooks stay as they are, and installing twice changes nothing more.

Examples:
  $ stint install claude-code --dry-run    show the settings as they would be
  $ stint install claude-code --uninstall  take the hooks out again
`;

interface InstallOptions extends CommonOptions {
  readonly project?: boolean;
  readonly uninstall?: boolean;
  readonly dryRun?: boolean;
}

export const completes: Completions = { argument: ['claude-code'] };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('<what>', 'claude-code')
    .option('--project', "write the project's .claude/settings.json (default: your own settings)")
    .option('--uninstall', 'take the hooks out again')
    .option('--dry-run', 'change nothing, show the settings as they would be')
    .addHelpText('after', HELP);
  command.action(async (what: string, options: InstallOptions) => {
    if (what !== 'claude-code')
      throw new Problem(
        'usage',
        `"${oneLine(what, 40)}" is nothing that \`stint install\` knows.`,
        'It installs for claude-code.',
      );
    const { refuseInSession } = await import('../control/custody/refuse-in-session.ts');
    refuseInSession(context.env, 'install');
    const { folder } = namedPlace(context, options);
    const { requireFolder } = await import('../control/project/require-folder.ts');
    const { installHooks } = await import('../control/setup/install-hooks.ts');
    const isDryRun = options.dryRun === true;
    const { file, changed, content } = installHooks({
      env: context.env,
      project: options.project === true ? requireFolder(folder) : null,
      isRemoval: options.uninstall === true,
      isDryRun,
    });
    if (options.json)
      return printJson({ file, changed: changed && !isDryRun, wouldChange: changed, content });
    if (isDryRun) print(changed ? content.trimEnd() : '');
    const done = options.uninstall === true ? 'without the hooks of stint' : 'with the hooks of stint';
    if (!changed) print(`${file} is ${done} already.`);
    else print(isDryRun ? `${file} would be so; nothing was written.` : `${file} is ${done} now.`);
  });
};

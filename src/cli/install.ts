import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { placeOf } from './open.ts';
import { print, printJson } from './print.ts';

export const help = `
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

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<what>', 'claude-code')
    .option('--project', "write the project's .claude/settings.json (default: your own settings)")
    .option('--uninstall', 'take the hooks out again')
    .option('--dry-run', 'change nothing, show the settings as they would be');
  command.action(async (what: string, options: InstallOptions) => {
    if (what !== 'claude-code')
      throw wrongCall(
        `"${oneLine(what, 40)}" is nothing that \`stint install\` knows.`,
        'It installs for claude-code.',
      );
    const { installHooks } = await import('../stint/outside.ts');
    const isDryRun = options.dryRun === true;
    const result = await installHooks(placeOf(context, options), {
      isProject: options.project === true,
      isRemoval: options.uninstall === true,
      isDryRun,
    });
    if (options.json) return printJson(result);
    const { file, wouldChange, content } = result;
    if (isDryRun) print(wouldChange ? content.trimEnd() : '');
    const done = options.uninstall === true ? 'without the hooks of stint' : 'with the hooks of stint';
    if (!wouldChange) print(`${file} is ${done} already.`);
    else print(isDryRun ? `${file} would be so; nothing was written.` : `${file} is ${done} now.`);
  });
};

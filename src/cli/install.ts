import { oneLine } from '../lib/plain-text.ts';
import { wrongCall, type Problem } from '../lib/problem.ts';
import { oneOf } from './option-words.ts';
import { print, printJson } from './print.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
The hooks tell a session's supervisor that the agent is at work, and the agent
when its soft deadline has passed; outside sessions they do nothing. Your own
hooks stay as they are, and installing twice changes nothing more.

Examples:
  $ stint install claude-code --dry-run    show the settings as they would be
  $ stint install claude-code --uninstall  take the hooks out again
`,
  place: 'folder',
  takes: { '<what>': { about: 'claude-code', ...oneOf(['claude-code'], unknownTarget) } },
  options: {
    '--project': "write the project's .claude/settings.json (default: your own settings)",
    '--uninstall': 'take the hooks out again',
    '--dry-run': 'change nothing, show the settings as they would be',
  },
  async run({ place, options: { project, uninstall, dryRun: isDryRun, json } }) {
    const { installHooks } = await import('../stint/outside.ts');
    const result = await installHooks(place(), { isProject: project, isRemoval: uninstall, isDryRun });
    if (json) return printJson(result);
    const { file, wouldChange, content } = result;
    if (isDryRun) print(wouldChange ? content.trimEnd() : '');
    const done = uninstall ? 'without the hooks of stint' : 'with the hooks of stint';
    if (!wouldChange) print(`${file} is ${done} already.`);
    else print(isDryRun ? `${file} would be so; nothing was written.` : `${file} is ${done} now.`);
  },
});

function unknownTarget(what: string): Problem {
  return wrongCall(
    `"${oneLine(what, 40)}" is nothing that \`stint install\` knows.`,
    'It installs for claude-code.',
  );
}

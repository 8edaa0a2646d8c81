import type { LogLine } from '../stint/data.ts';
import { ONE_SESSION } from './option-words.ts';
import { note, print, printRaw } from './print.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
Prints what the agent said, a line an event; with --stderr what it printed
there. Secrets are taken out; with --raw its output as it came, with them.

Examples:
  $ stint logs ab12 -f               follow a running session
  $ stint logs ab12 --raw            the agent's own output
`,
  takes: ONE_SESSION,
  options: {
    '-f, --follow': 'go on until the session has its record',
    '--raw': 'the output as it came, secrets and all',
    '--stderr': 'standard error instead of standard output',
  },
  async run({ stint, given, options }) {
    const { json, raw: isRaw, stderr: isStderr, follow: isFollowed } = options;
    // Its lines are redacted already: data is, before it becomes text.
    const show = isRaw || json ? printRaw : print;
    let isWarned = !isRaw;
    const warn = (): void => {
      if (!isWarned) note('stint: the output as it came; secrets in it are not taken out');
      isWarned = true;
    };
    const onLine = (line: LogLine): void => {
      warn();
      show(json ? JSON.stringify(line) : line.text);
    };
    await stint().logs({ session: given.id, isRaw, isStderr, isFollowed }, onLine);
    warn();
  },
});

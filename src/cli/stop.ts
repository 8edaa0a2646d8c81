import { wrongCall } from '../lib/problem.ts';
import type { StoppedSession } from '../stint/data.ts';
import { MAYBE_SESSION } from './option-words.ts';
import { recordLine } from './session-lines.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
The agent gets TERM and its grace, then KILL; what it left is swept up. The
session is judged by what it delivered, and recorded as cancelled. --now leaves
out the grace. A session that has ended already stays as it is.

Examples:
  $ stint stop ab12            end one session
  $ stint stop --all --now     end every running session of this project at once
`,
  takes: MAYBE_SESSION,
  options: {
    '--all': 'every session that runs in this project',
    '--now': 'kill at once, without the grace',
  },
  async run({ stint, given: { id = null }, options: { all, now }, answer }) {
    if ((id === null) !== all)
      throw wrongCall(
        all ? 'Both a session and --all are given.' : 'There is no session to stop.',
        'Name one, or give --all.',
      );
    const stopped = await stint().stop({ session: id, isNow: now });
    answer(stopped, () => stopped.map(lineOf).join('\n') || 'Nothing runs.');
  },
});

function lineOf(stopped: StoppedSession): string {
  switch (stopped.kind) {
    case 'stopped':
      return recordLine(stopped.record);
    case 'ended-before':
      return `${recordLine(stopped.record)} · it had ended before`;
    case 'judging':
      return `${stopped.id}: its agent is gone; its supervisor still judges it, see \`stint show ${stopped.id}\`.`;
    case 'starting':
      return `${stopped.id}: its workspace is being made; its supervisor ends it before an agent starts.`;
  }
}

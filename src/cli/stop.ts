import { wrongCall } from '../lib/problem.ts';
import type { StoppedSession } from '../stint/data.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { answer } from './print.ts';
import { recordLine } from './session-lines.ts';

export const help = `
The agent gets TERM and its grace, then KILL; what it left is swept up. The
session is judged by what it delivered, and recorded as cancelled. --now leaves
out the grace. A session that has ended already stays as it is.

Examples:
  $ stint stop ab12            end one session
  $ stint stop --all --now     end every running session of this project at once
`;

interface StopOptions extends CommonOptions {
  readonly all?: boolean;
  readonly now?: boolean;
}

export const completes: Completions = { argument: 'sessions' };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('[id]', 'a session id, or its first letters')
    .option('--all', 'every session that runs in this project')
    .option('--now', 'kill at once, without the grace');
  command.action(async (session: string | undefined, options: StopOptions) => {
    if ((session === undefined) !== (options.all === true))
      throw wrongCall(
        session === undefined ? 'There is no session to stop.' : 'Both a session and --all are given.',
        'Name one, or give --all.',
      );
    const stopped = await stintOf(context, options).stop({
      session: session ?? null,
      isNow: options.now === true,
    });
    answer(stopped, options, () => stopped.map(lineOf).join('\n') || 'Nothing runs.');
  });
};

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

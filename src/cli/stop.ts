import type { Command } from 'commander';
import type { Stopped } from '../control/session/stop-session.ts';
import type { SessionId } from '../domain/ids.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { requireSession, withProject } from './open.ts';
import { print, printJson } from './print.ts';
import { recordLine } from './session-lines.ts';

const HELP = `
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

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('[id]', 'a session id, or its first letters')
    .option('--all', 'every session that runs in this project')
    .option('--now', 'kill at once, without the grace')
    .addHelpText('after', HELP);
  command.action(async (prefix: string | undefined, options: StopOptions) => {
    if ((prefix === undefined) !== (options.all === true))
      throw new Problem(
        'usage',
        prefix === undefined ? 'There is no session to stop.' : 'Both a session and --all are given.',
        'Name one, or give --all.',
      );
    const { refuseInSession } = await import('../control/custody/refuse-in-session.ts');
    refuseInSession(context.env, 'stop');
    await withProject(context, options, 'wrap', async (project) => {
      const { stopSession } = await import('../control/session/stop-session.ts');
      const { listOpen } = await import('../store/sessions.ts');
      const ids: SessionId[] =
        prefix === undefined
          ? (await listOpen(project.store)).map(({ id }) => id)
          : [await requireSession(project, prefix)];
      const stopped = await Promise.all(
        ids.map(async (id) => ({
          id,
          ...(await stopSession(project, {
            id,
            isNow: options.now === true,
            reason: 'cancelled',
            because: 'it was stopped (stint stop)',
            cancelled: context.interrupted,
          })),
        })),
      );
      if (options.json) printJson(stopped);
      else if (stopped.length === 0) print('Nothing runs.');
      else for (const each of stopped) print(lineOf(each.id, each));
    });
  });
};

function lineOf(id: SessionId, stopped: Stopped): string {
  switch (stopped.kind) {
    case 'stopped':
      return recordLine(stopped.record);
    case 'ended-before':
      return `${recordLine(stopped.record)} · it had ended before`;
    case 'judging':
      return `${id}: its agent is gone; its supervisor still judges it, see \`stint show ${id}\`.`;
    case 'starting':
      return `${id}: its workspace is being made; its supervisor ends it before an agent starts.`;
  }
}

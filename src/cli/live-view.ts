import { createLogUpdate } from 'log-update';
import type { Progress } from '../control/session/supervise-session.ts';
import { countOf } from '../lib/count-of.ts';
import { formatDuration } from '../lib/duration.ts';
import { redacted } from './print.ts';
import { oneLine, plainText } from '../lib/plain-text.ts';
import { formatTokens } from '../lib/token-count.ts';

/** Shows on what sessions wait while they run. */
export interface LiveView {
  readonly update: (progress: Progress) => void;
  readonly remove: (sessionId: string) => void;
  /** Prints a line that stays. */
  readonly say: (line: string) => void;
  /** The same for what went wrong: a quiet view says that too. */
  readonly warn: (sentence: string) => void;
  readonly stop: () => void;
}

/** `code ab12  in-tool npm test 2m10s · 14 turns · 38k tok · limit 43m` */
export function liveLine(progress: Progress): string {
  const { session, liveness } = progress;
  const left = Math.max(0, session.plan.timeoutMs - progress.elapsedMs);
  const said = [countOf(progress.turns, 'turn'), `${formatTokens(progress.tokens)} tok`];
  const parts = [
    `${liveness.state} ${oneLine(redacted(liveness.waitingOn), 40)} ${formatDuration(liveness.sinceMs)}`,
    // Plain output says nothing about turns, and 0 would be a lie.
    ...(session.harness.hasEvents ? said : []),
    `limit ${formatDuration(left)}`,
  ];
  return `${session.plan.category} ${session.id.slice(0, 4)}  ${parts.join(' · ')}`;
}

/** On a terminal one line a session is kept up to date; elsewhere a line is printed when the state changes. */
export function createLiveView(stream: NodeJS.WriteStream, isQuiet: boolean): LiveView {
  // A terminal without a size (a script's, say) cannot be drawn on.
  const canDraw = stream.isTTY && stream.columns > 0 && !isQuiet;
  const view = canDraw ? terminalView(stream) : plainView(stream);
  const warn = (sentence: string): void => view.say(`stint: ${oneLine(sentence, 400)}`);
  return isQuiet ? { ...view, update: () => undefined, say: () => undefined, warn } : { ...view, warn };
}

function terminalView(stream: NodeJS.WriteStream): Omit<LiveView, 'warn'> {
  const log = createLogUpdate(stream);
  const lines = new Map<string, string>();
  const draw = (): void =>
    log([...lines.values()].map((line) => plainText(line, stream.columns - 1)).join('\n'));
  return {
    update: (progress) => {
      lines.set(progress.session.id, liveLine(progress));
      draw();
    },
    remove: (sessionId) => {
      lines.delete(sessionId);
      draw();
    },
    say: (line) => {
      log.clear();
      stream.write(`${redacted(line)}\n`);
      draw();
    },
    stop: () => {
      log.clear();
      log.done();
    },
  };
}

function plainView(stream: NodeJS.WriteStream): Omit<LiveView, 'warn'> {
  const states = new Map<string, string>();
  return {
    update: (progress) => {
      const { state } = progress.liveness;
      if (state === 'gone' || states.get(progress.session.id) === state) return;
      states.set(progress.session.id, state);
      stream.write(`${liveLine(progress)}\n`);
    },
    remove: (sessionId) => void states.delete(sessionId),
    say: (line) => void stream.write(`${redacted(line)}\n`),
    stop: () => undefined,
  };
}

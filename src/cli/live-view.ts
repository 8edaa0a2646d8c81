import { createLogUpdate } from 'log-update';
import type { StintEvent, Waiting } from '../domain/event.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine, plainText } from '../lib/plain-text.ts';
import { countOf, formatTokens } from '../lib/quantities.ts';
import { linesOf, note, redacted, routeNotes } from './print.ts';

/** Shows what sessions wait for while they run. */
export interface LiveView {
  /** Follows the events of a project. */
  readonly hear: (event: StintEvent) => void;
  /** Prints a line that stays. */
  readonly say: (line: string) => void;
  readonly stop: () => void;
}

/** `code ab12  in-tool npm test 2m10s · 14 turns · 38k tok · limit 43m` */
function liveLine(waiting: Waiting): string {
  const { turns, tokens } = waiting;
  const parts = linesOf(
    `${waiting.state} ${oneLine(redacted(waiting.waitingOn), 40)} ${formatDuration(waiting.sinceMs)}`,
    turns !== null && countOf(turns, 'turn'),
    tokens !== null && `${formatTokens(tokens)} tok`,
    `limit ${formatDuration(waiting.leftMs)}`,
  );
  return `${waiting.category} ${waiting.id.slice(0, 4)}  ${parts.join(' · ')}`;
}

/** On a terminal one line a session is kept up to date; elsewhere a line is printed when the state changes. */
export function createLiveView(stream: NodeJS.WriteStream, isQuiet: boolean): LiveView {
  if (isQuiet) return { hear: () => undefined, say: () => undefined, stop: () => undefined };
  const log = drawOn(stream);
  const shown = new Map<string, { readonly state: string; readonly line: string }>();
  const draw = (): void =>
    log?.([...shown.values()].map(({ line }) => plainText(line, stream.columns - 1)).join('\n'));
  const update = (waiting: Waiting): void => {
    const { id, state } = waiting;
    if (!log && (state === 'gone' || shown.get(id)?.state === state)) return;
    const line = liveLine(waiting);
    shown.set(id, { state, line });
    if (log) draw();
    else stream.write(`${line}\n`);
  };
  const unroute = routeNotes((text) => {
    log?.clear();
    stream.write(text);
    draw();
  });
  return {
    hear: (event) => {
      if (event.name === 'supervise.waiting') update(event.session);
      else if (event.name === 'session.ended') {
        shown.delete(event.session.id);
        draw();
      }
    },
    say: note,
    stop: () => {
      unroute();
      log?.clear();
      log?.done();
    },
  };
}

/** Null where the output is not a terminal, or one without a size (a script's, say), which cannot be drawn on. */
function drawOn(stream: NodeJS.WriteStream): ReturnType<typeof createLogUpdate> | null {
  return stream.isTTY && stream.columns > 0 ? createLogUpdate(stream) : null;
}

/** One line on a terminal that says how far long work is, nothing elsewhere. */
export function createProgressLine(isQuiet: boolean): { update: (text: string) => void; stop: () => void } {
  const log = isQuiet ? null : drawOn(process.stderr);
  return {
    update: (text) => log?.(oneLine(text, process.stderr.columns - 1)),
    stop: () => {
      log?.clear();
      log?.done();
    },
  };
}

import { createLogUpdate } from 'log-update';
import type { StintEvent, Waiting } from '../domain/event.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine, plainText } from '../lib/plain-text.ts';
import { countOf, formatTokens } from '../lib/quantities.ts';
import { note, redacted, routeNotes } from './print.ts';

/** Shows what sessions wait for while they run. */
export interface LiveView {
  /** Follows the events of a project. */
  readonly hear: (event: StintEvent) => void;
  /** Prints a line that stays. */
  readonly say: (line: string) => void;
  readonly stop: () => void;
}

/** The operations of a view on its lines. */
interface Drawing {
  readonly update: (waiting: Waiting) => void;
  readonly remove: (sessionId: string) => void;
  /** Writes text above the lines. */
  readonly write: (text: string) => void;
  readonly stop: () => void;
}

/** `code ab12  in-tool npm test 2m10s · 14 turns · 38k tok · limit 43m` */
function liveLine(waiting: Waiting): string {
  const { turns, tokens } = waiting;
  const parts = [
    `${waiting.state} ${oneLine(redacted(waiting.waitingOn), 40)} ${formatDuration(waiting.sinceMs)}`,
    ...(turns === null ? [] : [countOf(turns, 'turn')]),
    ...(tokens === null ? [] : [`${formatTokens(tokens)} tok`]),
    `limit ${formatDuration(waiting.leftMs)}`,
  ];
  return `${waiting.category} ${waiting.id.slice(0, 4)}  ${parts.join(' · ')}`;
}

/** On a terminal one line a session is kept up to date; elsewhere a line is printed when the state changes. */
export function createLiveView(stream: NodeJS.WriteStream, isQuiet: boolean): LiveView {
  if (isQuiet) return { hear: () => undefined, say: () => undefined, stop: () => undefined };
  // A terminal without a size (a script's, say) cannot be drawn on.
  const drawing = stream.isTTY && stream.columns > 0 ? drawOn(stream) : printOn(stream);
  const unroute = routeNotes(drawing.write);
  return {
    hear: (event) => {
      if (event.name === 'supervise.waiting') drawing.update(event.session);
      else if (event.name === 'session.ended') drawing.remove(event.session.id);
    },
    say: note,
    stop: () => {
      unroute();
      drawing.stop();
    },
  };
}

function drawOn(stream: NodeJS.WriteStream): Drawing {
  const log = createLogUpdate(stream);
  const lines = new Map<string, string>();
  const draw = (): void =>
    log([...lines.values()].map((line) => plainText(line, stream.columns - 1)).join('\n'));
  return {
    update: (waiting) => {
      lines.set(waiting.id, liveLine(waiting));
      draw();
    },
    remove: (sessionId) => {
      lines.delete(sessionId);
      draw();
    },
    write: (text) => {
      log.clear();
      stream.write(text);
      draw();
    },
    stop: () => {
      log.clear();
      log.done();
    },
  };
}

function printOn(stream: NodeJS.WriteStream): Drawing {
  const states = new Map<string, string>();
  return {
    update: (waiting) => {
      if (waiting.state === 'gone' || states.get(waiting.id) === waiting.state) return;
      states.set(waiting.id, waiting.state);
      stream.write(`${liveLine(waiting)}\n`);
    },
    remove: (sessionId) => void states.delete(sessionId),
    write: (text) => void stream.write(text),
    stop: () => undefined,
  };
}

interface ProgressLine {
  update(text: string): void;
  stop(): void;
}

/** One line on a terminal that says how far long work is, nothing elsewhere. */
export function createProgressLine(isQuiet: boolean): ProgressLine {
  if (isQuiet || !process.stderr.isTTY || !(process.stderr.columns > 0))
    return { update: () => undefined, stop: () => undefined };
  const log = createLogUpdate(process.stderr);
  return {
    update: (text) => log(oneLine(text, process.stderr.columns - 1)),
    stop: () => {
      log.clear();
      log.done();
    },
  };
}

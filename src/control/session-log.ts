import { statSync } from 'node:fs';
import type { SessionId } from '../domain/ids.ts';
import { sessionFiles } from '../domain/layout.ts';
import type { SessionEvent } from '../domain/session-event.ts';
import { createHarness } from '../harness/create-harness.ts';
import { readLine } from '../harness/read-transcript.ts';
import { LineReader } from '../lib/line-reader.ts';
import { oneLine, plainText } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import { findSession } from '../store/sessions.ts';
import type { Project } from './project.ts';

export interface LogLine {
  /** What kind of event it is, or `output`. */
  readonly kind: string;
  readonly text: string;
}

export interface SessionLog {
  readonly file: string;
  /** The lines since the last call; `isOver` also gives a last one without a newline. */
  readonly read: (isOver: boolean) => LogLine[];
}

/** What a session printed, as events for people or as it came. */
export async function openSessionLog(
  project: Project,
  id: SessionId,
  options: { isRaw: boolean; isStderr: boolean },
): Promise<SessionLog> {
  const session = await findSession(project.store, id);
  if (!session) throw new Problem('unknown_session', `There is no session ${id}.`, 'See `stint sessions`.');
  const files = sessionFiles(project.layout, id);
  const file = options.isStderr ? files.stderr : files.stdout;
  const harness = options.isRaw || options.isStderr ? null : createHarness(session.plan.harnessSettings);
  const reader = new LineReader(file);
  const at = statSync(file, { throwIfNoEntry: false })?.mtime ?? project.clock.now();
  const toLines = (line: string | null): LogLine[] => {
    if (!harness?.hasEvents)
      return [{ kind: 'output', text: options.isRaw ? (line ?? '') : plainText(line ?? '') }];
    return readLine(harness, line, at).flatMap((event) => describeEvent(event, line));
  };
  return {
    file,
    read: (isOver) => {
      const lines = reader.read().flatMap(toLines);
      const rest = isOver ? reader.rest() : null;
      const isMore = isOver && (rest !== null || reader.isRestTooLong);
      return isMore ? [...lines, ...toLines(rest)] : lines;
    },
  };
}

const LONGEST = 300;

function describeEvent(event: SessionEvent, line: string | null): LogLine[] {
  const make = (text: string): LogLine[] => [
    { kind: event.kind, text: `${event.kind.padEnd(10)} ${oneLine(text, LONGEST)}`.trimEnd() },
  ];
  switch (event.kind) {
    case 'started':
      return make(`${event.model ?? ''} ${event.thread ?? ''}`);
    case 'said':
      return make(event.text);
    case 'called':
      return make(`${event.tool} ${event.summary}`);
    case 'answered':
      return make(event.isError ? 'with an error' : 'ok');
    case 'limited':
      return make(`${event.detail}${event.resetsAt ? `, resets at ${event.resetsAt}` : ''}`);
    case 'erred':
      return make(`${event.error}: ${event.message}`);
    case 'ended':
      return make(`${event.subtype}: ${event.text}`);
    case 'unreadable':
      return make(line ?? 'a line of over 100 MB');
    case 'compacted':
    case 'interrupted':
      return make('');
    case 'prompted':
    case 'used':
    case 'delegated':
    case 'noted':
      return [];
  }
}

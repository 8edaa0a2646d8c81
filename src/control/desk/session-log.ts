import { existsSync, statSync } from 'node:fs';
import type { SessionId } from '../../domain/ids.ts';
import { sessionFiles } from '../../domain/layout.ts';
import type { SessionEvent } from '../../domain/session-event.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { readLine } from '../../harness/read-transcript.ts';
import { LineReader } from '../../lib/line-reader.ts';
import { oneLine, plainText } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { lineRedactor, type Redactor } from '../../lib/redact.ts';
import { findRecord } from '../../store/records.ts';
import { findSession } from '../../store/sessions.ts';
import { requireSession } from '../custody/find-sessions.ts';
import type { Project } from '../project/project.ts';

export interface LogLine {
  /** What kind of event it is, or `output`. */
  readonly kind: string;
  readonly text: string;
}

/** What a session printed, as events for people or as it came. */
async function openSessionLog(project: Project, id: SessionId, options: LogRequest) {
  const session = await findSession(project.store, id);
  if (!session) throw new Problem('unknown_session', `There is no session ${id}.`, 'See `stint sessions`.');
  const files = sessionFiles(project.layout, id);
  const file = options.isStderr ? files.stderr : files.stdout;
  const harness = options.isRaw || options.isStderr ? null : createHarness(session.plan.harnessSettings);
  const reader = new LineReader(file);
  const at = statSync(file, { throwIfNoEntry: false })?.mtime ?? project.clock.now();
  const redactLine = lineRedactor(project.redactor);
  const toLines = (line: string | null): LogLine[] => {
    if (options.isRaw) return [{ kind: 'output', text: line ?? '' }];
    // Colours first: they can stand inside a secret. Cut later: half a secret looks like none.
    if (harness?.hasEvents)
      return readLine(harness, line, at).flatMap((event) => describeEvent(event, line, project.redactor));
    const text = redactLine(plainText(line ?? ''));
    return text === null ? [] : [{ kind: 'output', text }];
  };
  return {
    file,
    /** The lines since the last call; `isOver` also gives a last one without a newline. */
    read: (isOver: boolean): LogLine[] => {
      const lines = reader.read().flatMap(toLines);
      const rest = isOver ? reader.rest() : null;
      const isMore = isOver && (rest !== null || reader.isRestTooLong);
      return isMore ? [...lines, ...toLines(rest)] : lines;
    },
  };
}

export interface LogRequest {
  /** The first letters of its id. */
  readonly session: string;
  /** The output as it came, with its secrets. */
  readonly isRaw: boolean;
  /** Standard error instead of standard output. */
  readonly isStderr: boolean;
  /** Goes on until the session has its record. */
  readonly isFollowed: boolean;
}

const POLL_MS = 250;

/**
 * Gives every line of what a session printed to `onLine`.
 *
 * @throws Problem `unknown_session`, `no_output`
 */
export async function readLog(
  project: Project,
  request: LogRequest,
  cancelled: AbortSignal,
  onLine: (line: LogLine) => void,
): Promise<void> {
  const id = await requireSession(project, request.session);
  const log = await openSessionLog(project, id, request);
  if (!existsSync(log.file))
    throw new Problem(
      'no_output',
      `Session ${id} has no output in ${log.file}.`,
      'It may not have started, or was cleaned away.',
      1,
    );
  for (;;) {
    // Asked before the lines are read, so that none written between is missed.
    const isOver = !request.isFollowed || cancelled.aborted || (await findRecord(project.store, id)) !== null;
    for (const line of log.read(isOver)) onLine(line);
    if (isOver) return;
    await project.clock.sleep(POLL_MS, cancelled);
  }
}

const LONGEST = 300;

function describeEvent(event: SessionEvent, line: string | null, redactor: Redactor): LogLine[] {
  const make = (text: string): LogLine[] => [
    {
      kind: event.kind,
      text: `${event.kind.padEnd(10)} ${oneLine(redactor.text(plainText(text)), LONGEST)}`.trimEnd(),
    },
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
    case 'denied':
      return make(`${event.tool} was refused`);
    case 'asked':
      return make(event.summary);
    case 'limited':
      return make(`${event.detail}${event.resetsAt ? `, resets at ${event.resetsAt}` : ''}`);
    case 'erred':
      return make(`${event.error}: ${event.message}`);
    case 'ended':
      return make(`${event.subtype}: ${event.text}`);
    case 'work-started':
      return make(event.summary ?? event.workId ?? '');
    case 'unreadable':
      return make(line ?? 'a line of over 100 MB');
    case 'compacted':
    case 'interrupted':
      return make('');
    case 'prompted':
    case 'used':
    case 'delegated':
    case 'work-ended':
    case 'work-listed':
    case 'replied':
    case 'noted':
      return [];
  }
}

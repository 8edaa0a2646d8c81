import type { SessionEvent, WorkKind } from '../../domain/session-event.ts';
import { asArray, asObject, asString, type JsonObject } from '../reading/json-shape.ts';
import { keptWords } from '../reading/tool-calls.ts';

/**
 * Work that Claude Code does in the background, as its stream and its answers tell it.
 * Source: sdk.d.ts of @anthropic-ai/claude-agent-sdk 0.3.333, and recordings of 2.1.330.
 */
const WORK_OF_TYPE: ReadonlyMap<string, WorkKind> = new Map([
  ['local_agent', 'agent'],
  ['remote_agent', 'agent'],
  ['in_process_teammate', 'agent'],
  ['local_workflow', 'workflow'],
  ['local_bash', 'shell'],
  ['local_shell', 'shell'],
  ['monitor_mcp', 'monitor'],
  ['monitor_ws', 'monitor'],
  ['monitor', 'monitor'],
]);

/** Words for a task that is not over. */
const GOES_ON: ReadonlySet<string> = new Set(['pending', 'running', 'in_progress', 'paused']);

/** Words for one that was ended: by the model, or by the CLI as it leaves. */
const STOPPED: ReadonlySet<string> = new Set(['stopped', 'killed', 'cancelled', 'canceled']);

/** The events of a `system` line about tasks; null for another line. */
export function claudeTaskEvents(object: JsonObject): SessionEvent[] | null {
  switch (object['subtype']) {
    case 'task_started':
      return [taskStarted(object)];
    case 'task_updated':
      return [taskUpdated(object)];
    case 'task_notification': {
      const status = asString(object['status']) ?? '';
      return [GOES_ON.has(status) ? NOTED : taskEnded(object, status)];
    }
    case 'background_tasks_changed':
      return [tasksListed(object)];
    default:
      return null;
  }
}

const NOTED: SessionEvent = { kind: 'noted' };

function taskStarted(object: JsonObject): SessionEvent {
  const workId = nameOf(object['task_id']);
  if (workId === null || isAmbient(object)) return NOTED;
  const isDetached = object['is_backgrounded'];
  return {
    kind: 'work-started',
    workId,
    callId: asString(object['tool_use_id']),
    work: workOf(object),
    summary: summaryOf(object),
    isDetached: typeof isDetached === 'boolean' ? isDetached : null,
  };
}

/** A patch tells what changed alone. */
function taskUpdated(object: JsonObject): SessionEvent {
  const patch = asObject(object['patch']);
  const status = asString(patch?.['status']);
  if (status !== null && !GOES_ON.has(status)) return taskEnded(object, status);
  const workId = nameOf(object['task_id']);
  if (workId === null || patch?.['is_backgrounded'] !== true) return NOTED;
  return { kind: 'work-started', workId, callId: null, work: null, summary: null, isDetached: true };
}

function taskEnded(object: JsonObject, status: string): SessionEvent {
  const names = { workId: nameOf(object['task_id']), callId: asString(object['tool_use_id']) };
  return { kind: 'work-ended', ...names, ...(STOPPED.has(status) ? { isStopped: true } : {}) };
}

function tasksListed(object: JsonObject): SessionEvent {
  if (!Array.isArray(object['tasks'])) return NOTED;
  const works = asArray(object['tasks']).flatMap((each) => {
    const task = asObject(each);
    const workId = nameOf(task?.['task_id']);
    if (!task || workId === null || isAmbient(task)) return [];
    return [{ workId, work: workOf(task), summary: summaryOf(task) }];
  });
  return { kind: 'work-listed', works };
}

/** Housekeeping of the CLI itself, which holds no session. */
function isAmbient(task: JsonObject): boolean {
  return task['ambient'] === true || task['skip_transcript'] === true;
}

/** Null where the line does not say it; `other` for a type that is not known. */
function workOf(task: JsonObject): WorkKind | null {
  const type = asString(task['task_type']);
  if (type !== null) return WORK_OF_TYPE.get(type) ?? 'other';
  if (asString(task['workflow_name']) !== null) return 'workflow';
  return asString(task['subagent_type']) === null ? null : 'agent';
}

function summaryOf(task: JsonObject): string | null {
  const description = asString(task['description']);
  return description === null ? null : keptWords(description);
}

const LONGEST_NAME = 200;

function nameOf(value: unknown): string | null {
  const name = asString(value);
  return name === null || name === '' ? null : name.slice(0, LONGEST_NAME);
}

type Launch = Pick<Extract<SessionEvent, { kind: 'answered' }>, 'launched' | 'tellsOver'>;

/**
 * What the answer to a call says of background work, by its structure first and the CLI's own sentence second.
 *
 * @param result `tool_use_result` of the stream, `toolUseResult` of the files: of one answer alone
 */
export function launchOf(result: JsonObject | null, text: string): Launch {
  const launched = result ? launchIn(result) : undefined;
  const told = launched === undefined ? launchInProse(text) : launched;
  return {
    ...(told === undefined ? {} : { launched: told }),
    ...(OVER.test(text.slice(0, LONGEST_PROSE)) || isOver(result) ? { tellsOver: true } : {}),
  };
}

function launchIn(result: JsonObject): Launch['launched'] {
  const status = asString(result['status']);
  const shell = nameOf(result['backgroundTaskId']);
  if (shell !== null) return { workId: shell, work: 'shell' };
  if (result['isAsync'] === true || (status !== null && LAUNCHED.test(status)))
    return { workId: nameOf(result['agentId']) ?? nameOf(result['taskId']), work: null };
  if (nameOf(result['taskId']) !== null && typeof result['timeoutMs'] === 'number')
    return { workId: nameOf(result['taskId']), work: 'monitor' };
  // An agent that came back, and a command that ran to its end.
  return status === 'completed' || asString(result['stdout']) !== null ? null : undefined;
}

const LAUNCHED = /_launched$/;

/** As 1.0 to 2.1 begin such an answer. */
const LAUNCHES: readonly (readonly [RegExp, WorkKind | null])[] = [
  [/^async agent launched\b/i, 'agent'],
  [/^workflow launched\b/i, 'workflow'],
  [
    /^command (?:is |was )?(?:manually |automatically )?(?:running|moved|backgrounded)\b[^\n]{0,80}?\bID: ?/i,
    'shell',
  ],
  [/^monitor started\b/i, 'monitor'],
  [/^[^\n]{0,200}\b(?:launched|running|moved|continues|working) (?:in|to) the background\b/i, null],
];

/** The name of the task, anywhere in the first lines of such an answer. */
const NAME = /(?:\b(?:agentId|ID): |\(task )([\w-]{2,64})\b/i;
const LONGEST_PROSE = 1000;

function launchInProse(text: string): Launch['launched'] {
  const prose = text.slice(0, LONGEST_PROSE).trimStart();
  const found = LAUNCHES.find(([words]) => words.test(prose));
  if (!found) return undefined;
  return { workId: NAME.exec(prose)?.[1] ?? null, work: found[1] };
}

const OVER = /<status>(?:completed|failed|killed|stopped)<\/status>/;

function isOver(result: JsonObject | null): boolean {
  const status = asString(asObject(result?.['task'])?.['status']) ?? asString(result?.['status']);
  return status !== null && /^(?:completed|failed|killed|stopped)$/.test(status);
}

/** News of a task that the CLI gives to the model as a message; null for another message. */
export function newsOfTask(words: string | null): SessionEvent | null {
  if (words === null || !words.trimStart().startsWith('<task-notification>')) return null;
  const told = words.slice(0, LONGEST_PROSE);
  const tagged = (name: string): string | null =>
    new RegExp(`<${name}>([^<>]{1,200})</${name}>`).exec(told)?.[1] ?? null;
  // A monitor tells what it saw, and goes on.
  if (GOES_ON.has(tagged('status') ?? 'running')) return NOTED;
  return { kind: 'work-ended', workId: tagged('task-id'), callId: tagged('tool-use-id') };
}

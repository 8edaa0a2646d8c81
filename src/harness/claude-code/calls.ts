import type { CallPlace, SessionEvent } from '../../domain/session-event.ts';
import { firstWords } from '../../lib/plain-text.ts';
import { asString, asObject, type JsonObject } from '../reading/json-shape.ts';
import { calledEvent, countOpenSteps, fingerprint, strangeCall } from '../reading/tool-calls.ts';
import { lookUpTools } from '../reading/tools.ts';
import { editsOfCall } from './edits.ts';
import { taskStep } from './tasks.ts';
import { CLAUDE_TOOLS } from './tools.ts';

const TOOLS = lookUpTools(CLAUDE_TOOLS);

type Called = Extract<SessionEvent, { kind: 'called' }>;

/** The event of one `tool_use` block. */
export function parseCall(block: JsonObject, isSubagent: boolean, isWatched: boolean): SessionEvent {
  const tool = asString(block['name']) ?? 'unknown';
  const input = asObject(block['input']);
  const place = TOOLS.placeOf(tool);
  const edits = editsOfCall(tool, input);
  const about =
    asString(input?.['file_path']) ?? asString(input?.['description']) ?? asString(input?.['url']);
  // A subagent keeps lists of its own.
  const task = isSubagent ? null : taskStep(tool, input);
  const openTodos = TOOLS.canLeave(tool, 'todos') && !isSubagent ? countOpenSteps(input?.['todos']) : null;
  return {
    ...calledEvent(
      { callId: asString(block['id']) ?? '', tool, place },
      { command: asString(input?.['command']), about, openTodos, task },
    ),
    ...(isSubagent ? { isSubagent } : wakeUpOf(tool, input)),
    ...backgroundOf(tool, place, input),
    ...(edits ? { edits } : {}),
    ...TOOLS.effectOf(tool, input),
    ...askedCommand(tool, input),
    ...(isWatched ? { fingerprint: fingerprint([tool, input]) } : {}),
  };
}

/**
 * A block of a kind that stint does not know: it can be a call in a new shape. No events for kinds that call nothing.
 */
export function parseStrangeBlock(block: JsonObject, isSubagent: boolean): SessionEvent[] {
  const type = asString(block['type']) ?? '';
  if (SPEECH.has(type) || type.endsWith('_result')) return [];
  const events = strangeCall(asString(block['id']) ?? `block ${type}`, asString(block['name']) ?? type);
  return isSubagent ? events.map((event) => ({ ...event, isSubagent })) : events;
}

const SPEECH = new Set(['text', 'thinking', 'redacted_thinking', 'image', 'document']);

/** A skill or a command of the CLI, by the name by which a person would type it. */
function askedCommand(tool: string, input: JsonObject | null): Partial<Called> {
  if (tool !== 'Skill' && tool !== 'SlashCommand') return {};
  const given = asString(input?.['skill']) ?? asString(input?.['command']) ?? asString(input?.['name']);
  if (given === null) return {};
  const line = firstWords(`/${given.replace(/^\//, '')}`, 300);
  return { others: [{ name: line.split(/\s/, 1)[0] ?? line, line }] };
}

function wakeUpOf(tool: string, input: JsonObject | null): Partial<Called> {
  if (tool === 'CronDelete') return { takesBack: 'CronCreate' };
  if (!TOOLS.canLeave(tool, 'wakeUp')) return {};
  return input?.['stop'] === true ? { endsWakeUps: true } : { isWakeUp: true };
}

/** The work that a call may leave in the background, and the work that it asks about. */
function backgroundOf(tool: string, place: CallPlace, input: JsonObject | null): Partial<Called> {
  if (TOOLS.canLeave(tool, 'monitor')) return { work: 'monitor', isDetached: true };
  if (TOOLS.canLeave(tool, 'background')) {
    const work = place === 'localProcess' ? 'shell' : tool === 'Workflow' ? 'workflow' : 'agent';
    return { work, ...(input?.['run_in_background'] === true ? { isDetached: true } : {}) };
  }
  if (place === 'subagent' || !ASKS_ABOUT_WORK.test(tool)) return {};
  const names = ['task_id', 'shell_id', 'bash_id', 'agentId'];
  const workId = names.map((name) => asString(input?.[name])).find((name) => name !== null);
  return workId ? { about: { workId, isStop: STOPS_WORK.test(tool) } } : {};
}

const ASKS_ABOUT_WORK = /^(Task|Bash|AgentOutput|Kill)/;
const STOPS_WORK = /^(TaskStop|Kill)/;

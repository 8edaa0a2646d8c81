import type { SessionEvent } from '../../domain/session-event.ts';
import { asArray, asObject, asString, type JsonObject } from '../reading/json-shape.ts';
import { keptWords } from '../reading/tool-calls.ts';

/**
 * Agents that a session of Codex lets work beside itself. Codex ends those that are at work when its own turn is over.
 * Source: codex-rs/exec, and recordings of 0.169 with the first and the second version of its agents.
 */
const OVER: ReadonlySet<string> = new Set([
  'completed',
  'errored',
  'failed',
  'interrupted',
  'shutdown',
  'closed',
  'not_found',
]);
const AT_WORK: ReadonlySet<string> = new Set(['pending_init', 'running', 'started', 'resumed', 'interacted']);

/** Tools after whose success an agent is at work. */
const STARTS: ReadonlySet<string> = new Set(['spawn_agent', 'send_input', 'resume_agent', 'followup_task']);

const LONGEST_NAME = 200;
const MOST = 100;

function started(workId: string, summary: string | null): SessionEvent {
  return { kind: 'work-started', workId, callId: null, work: 'agent', summary, isDetached: true };
}

/** The event of an agent in a state: a word, or an object whose only key is the word. Null for an unknown one. */
function stateEvent(name: string | null, state: unknown, summary: string | null): SessionEvent | null {
  if (name === null || name === '') return null;
  const workId = name.slice(0, LONGEST_NAME);
  const object = asObject(state);
  const word = asString(state) ?? asString(object?.['status']) ?? Object.keys(object ?? {})[0] ?? '';
  if (OVER.has(word)) return { kind: 'work-ended', workId, callId: null };
  return AT_WORK.has(word) ? started(workId, summary) : null;
}

function stateEvents(states: unknown): SessionEvent[] {
  return Object.entries(asObject(states) ?? {})
    .slice(0, MOST)
    .flatMap(([name, state]) => stateEvent(name, state, null) ?? []);
}

/** What an item of the stream tells of agents: `collab_tool_call`, and nothing in any other. */
export function codexAgentEvents(item: JsonObject, isOver: boolean): SessionEvent[] {
  if (item['type'] !== 'collab_tool_call') return [];
  const tool = asString(item['tool']) ?? '';
  const hasStarted = isOver && STARTS.has(tool) && item['status'] !== 'failed';
  const isClosed = isOver && tool === 'close_agent' && item['status'] !== 'failed';
  const prompt = asString(item['prompt']);
  const summary = prompt === null ? null : keptWords(prompt);
  const receivers = asArray(item['receiver_thread_ids']).flatMap((each) => asString(each) ?? []);
  return [
    ...receivers
      .slice(0, MOST)
      .flatMap((name) => (hasStarted ? (stateEvent(name, 'running', summary) ?? []) : [])),
    ...stateEvents(item['agents_states']),
    ...receivers.slice(0, MOST).flatMap((name) => (isClosed ? (stateEvent(name, 'closed', null) ?? []) : [])),
  ];
}

/** What an event of its file tells of agents; none for any other event. */
export function codexAgentNews(payload: JsonObject): SessionEvent[] {
  if (payload['type'] === 'collab_waiting_end') return stateEvents(payload['statuses']);
  const [name, state, about] = agentIn(payload);
  const words = asString(about);
  const news = stateEvent(asString(name), state, words === null ? null : keptWords(words));
  return news ? [news] : [];
}

/** The agent's name, its state and the words for it. */
function agentIn(payload: JsonObject): readonly [unknown, unknown, unknown] {
  const { status, receiver_thread_id: receiver } = payload;
  switch (payload['type']) {
    case 'item_completed': {
      const item = asObject(payload['item']);
      if (item?.['type'] !== 'SubAgentActivity') return [null, null, null];
      return [item['agent_thread_id'], item['kind'], item['agent_path']];
    }
    case 'collab_agent_spawn_end':
      return [payload['new_thread_id'], status, payload['prompt']];
    case 'collab_agent_interaction_end':
    case 'collab_resume_end':
      return [receiver, status, null];
    case 'collab_close_end':
      return [receiver, 'closed', null];
    default:
      return [null, null, null];
  }
}

const RUNS_ON = /^Process running with session ID (\d{1,12})$/m;
const IS_OVER = /^Process exited with code /m;

/** What the head of a command's answer says of its process: that it runs on, or that it is over. */
export function codexProcessOf(
  head: string,
): Pick<Extract<SessionEvent, { kind: 'answered' }>, 'launched' | 'tellsOver'> {
  const workId = RUNS_ON.exec(head)?.[1];
  if (workId !== undefined) return { launched: { workId, work: 'shell' } };
  return IS_OVER.test(head) ? { tellsOver: true } : {};
}

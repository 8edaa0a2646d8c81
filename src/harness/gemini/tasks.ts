import type { ListedTask, TaskStep } from '../../domain/agent-tasks.ts';
import { asString, tryParse, type JsonObject } from '../reading/json-shape.ts';
import { isOpenState, listedTask, taskName } from '../reading/listed-tasks.ts';

/** What a call of its tracker does to the list of tasks; null for tools of anything else. */
export function taskStep(tool: string, input: JsonObject | null): TaskStep | null {
  switch (tool) {
    case 'tracker_create_task':
      return { does: 'create' };
    case 'tracker_update_task': {
      const id = taskName(input?.['id']);
      return id === null ? null : { does: 'set', id, isOpen: isOpenState(input?.['status']) };
    }
    case 'tracker_get_task':
      return { does: 'read', isWhole: false };
    case 'tracker_list_tasks': {
      const isPart = ['status', 'type', 'parentId'].some((key) => asString(input?.[key]) !== null);
      return { does: 'read', isWhole: !isPart };
    }
    default:
      return null;
  }
}

const LONGEST_ANSWER = 200_000;

/** The tasks that an answer of the tracker names, as part of an event. */
export function tasksIn(text: string): { readonly tasks?: readonly ListedTask[] | null } {
  if (text.length > LONGEST_ANSWER) return {};
  if (/^(?:Task \S{1,64} not found|Error (?:creating|updating) task)\b/.test(text)) return { tasks: null };
  if (text.startsWith('No tasks')) return { tasks: [] };
  const made = /^(?:Created|Updated) task ([\w-]{1,64})/.exec(text);
  if (made) return { tasks: listedTask({ id: made[1] }) };
  if (text.startsWith('{')) return { tasks: listedTask(tryParse(text)) };
  const lines = [...text.matchAll(/^- \[([\w-]{1,64})\] .{0,1000}\((\w{1,30})\)$/gm)];
  return lines.length === 0 ? {} : { tasks: lines.flatMap(([, id, status]) => listedTask({ id, status })) };
}

import type { ListedTask, TaskStep } from '../../domain/agent-tasks.ts';
import { asArray, asObject, tryParse, type JsonObject } from '../reading/json-shape.ts';
import { isOpenState, listedTask, taskName } from '../reading/listed-tasks.ts';

/** What a call does to the list of tasks; null for tools of anything else. */
export function taskStep(tool: string, input: JsonObject | null): TaskStep | null {
  switch (tool) {
    case 'TaskCreate':
      return { does: 'create' };
    case 'TaskUpdate': {
      const id = taskName(input?.['taskId'] ?? input?.['id']);
      return id === null ? null : { does: 'set', id, isOpen: isOpenState(input?.['status']) };
    }
    case 'TaskGet':
      return { does: 'read', isWhole: false };
    case 'TaskList':
      return { does: 'read', isWhole: true };
    default:
      return null;
  }
}

/** Answers about tasks are short; a list has a line a task. */
const LONGEST_ANSWER = 200_000;

/**
 * The tasks that an answer names, as part of an event. The structure that stands beside an answer is read before its
 * words; both are believed only where the call was about tasks.
 */
export function tasksIn(text: string, structure: unknown): { readonly tasks?: readonly ListedTask[] | null } {
  const structured = ofStructure(asObject(structure));
  const tasks = structured === undefined ? ofWords(text) : structured;
  return tasks === undefined ? {} : { tasks };
}

type Told = readonly ListedTask[] | null | undefined;

function ofStructure(structure: JsonObject | null): Told {
  if (!structure) return undefined;
  if (structure['success'] === false && structure['taskId'] !== undefined) return null;
  if (structure['task'] === null) return null;
  if (Array.isArray(structure['tasks'])) return asArray(structure['tasks']).flatMap(listedTask);
  const task = listedTask(structure['task']);
  return task.length > 0 ? task : undefined;
}

const FIRST_WORDS = /^(?:Task |Tasks |No tasks |#|\{\s*"task)/;

function ofWords(text: string): Told {
  if (text.length > LONGEST_ANSWER || !FIRST_WORDS.test(text)) return undefined;
  if (text.startsWith('{')) return ofStructure(tryParse(text));
  if (/^Task (?:#?\S{1,64} )?not found\b/.test(text)) return null;
  if (/^No tasks\b/.test(text)) return [];
  const one = /^Task #([\w.-]{1,64})(?: created\b|:)/.exec(text);
  if (one) {
    const state = /^Status: (\w{1,30})$/m.exec(text)?.[1];
    return listedTask({ id: one[1], status: state });
  }
  const lines = [...text.matchAll(/^#([\w.-]{1,64}) \[(\w{1,30})\]/gm)];
  return lines.length === 0 ? undefined : lines.flatMap(([, id, status]) => listedTask({ id, status }));
}

import type { ListedTask } from '../../domain/agent-tasks.ts';
import { asObject, asString } from './json-shape.ts';

/** The states of a task that needs nothing more. */
const OVER = new Set(['completed', 'deleted', 'cancelled', 'canceled', 'closed', 'done']);

/** Whether a task in this state is open; null for no state. */
export function isOpenState(state: unknown): boolean | null {
  const word = asString(state);
  return word === null ? null : !OVER.has(word.toLowerCase());
}

/** The name of a task, which some versions write as a number or with a `#`; null for what is none. */
export function taskName(id: unknown): string | null {
  const text = typeof id === 'number' ? String(id) : asString(id)?.replace(/^#/, '');
  return text !== undefined && /^[\w.-]{1,64}$/.test(text) ? text : null;
}

/** One task as part of an answer's own structure; one that shows no state is open. */
export function listedTask(value: unknown): readonly ListedTask[] {
  const task = asObject(value);
  const id = taskName(task?.['id'] ?? task?.['taskId']);
  return id === null ? [] : [{ id, isOpen: isOpenState(task?.['status']) ?? true }];
}

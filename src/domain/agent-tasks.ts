/** One task of an agent's own list, by the name that its CLI gave it. */
export interface ListedTask {
  readonly id: string;
  readonly isOpen: boolean;
}

/**
 * What a call does to the agent's list of tasks, once it is answered: it makes a task, which its answer names; it gives
 * one a state, null where it changes other things; or it reads tasks, all of them or a few.
 */
export type TaskStep =
  | { readonly does: 'create' }
  | { readonly does: 'set'; readonly id: string; readonly isOpen: boolean | null }
  | { readonly does: 'read'; readonly isWhole: boolean };

/** The answer of such a call. */
interface TaskAnswer {
  readonly callId: string;
  readonly isError: boolean;
  /** The tasks that it names; null where it says that there is no such task. */
  readonly tasks?: readonly ListedTask[] | null;
}

/** More tasks than an agent keeps; each is a name in memory. */
const MOST_TASKS = 1000;

/** A task whose creation went well and whose answer names none. */
const NAMELESS = '? ';

/**
 * The names of the open tasks after the answer of a call.
 *
 * @param open those before it; null where the agent keeps no such list
 */
export function tasksAfter(
  open: readonly string[] | null,
  step: TaskStep,
  { callId, isError, tasks }: TaskAnswer,
): readonly string[] | null {
  if (isError || tasks === null) return open;
  switch (step.does) {
    case 'create':
      return set(open ?? [], { id: tasks?.[0]?.id ?? `${NAMELESS}${callId}`, isOpen: true });
    case 'set':
      return step.isOpen === null ? open : set(open ?? [], { id: step.id, isOpen: step.isOpen });
    case 'read':
      if (tasks === undefined) return open;
      return tasks.reduce(set, step.isWhole ? [] : (open ?? []));
  }
}

function set(open: readonly string[], { id, isOpen }: ListedTask): readonly string[] {
  const isListed = open.includes(id);
  if (isOpen) return isListed || open.length >= MOST_TASKS ? open : [...open, id];
  // A name that no answer told is that of a nameless task, where there is one.
  const over = isListed ? id : open.find((each) => each.startsWith(NAMELESS));
  return open.filter((each) => each !== over);
}

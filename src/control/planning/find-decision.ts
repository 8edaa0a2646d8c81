import type { SessionId } from '../../domain/ids.ts';
import { Problem } from '../../lib/problem.ts';
import { findChoice, findChoiceOf, findLastChoice, type StoredDecision } from '../../store/choices.ts';
import type { Project } from '../project/project.ts';

/**
 * A stored choice: the last one, one by its number, or the one that a session came of.
 *
 * @throws Problem `unknown_choice`
 */
export async function findDecision(
  project: Project,
  which: 'last' | number | SessionId,
): Promise<StoredDecision> {
  const found =
    which === 'last'
      ? await findLastChoice(project.store)
      : typeof which === 'number'
        ? await findChoice(project.store, which)
        : await findChoiceOf(project.store, which);
  if (found) return found;
  throw new Problem(
    'unknown_choice',
    which === 'last'
      ? 'No choice is stored yet.'
      : typeof which === 'number'
        ? `There is no stored choice ${which}.`
        : `Session ${which} came of no stored choice: its category was named, or it ran after a good one.`,
    'Choices are stored by `stint fanout`, and by `stint run` without a category.',
  );
}

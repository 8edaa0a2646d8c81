import type { SessionId } from '../../domain/ids.ts';
import { Problem } from '../../lib/problem.ts';
import { findChoice, findLastChoice, type StoredDecision } from '../../store/choices.ts';
import { findSession } from '../../store/sessions.ts';
import type { Project } from '../project.ts';

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
      ? await findLastChoice(project.store, project.clock.now().toISOString())
      : typeof which === 'number'
        ? await findChoice(project.store, which)
        : await findChoiceOf(project, which);
  if (found) return found;
  throw new Problem(
    'unknown_choice',
    which === 'last'
      ? 'No choice is stored yet.'
      : typeof which === 'number'
        ? `There is no stored choice ${which}.`
        : `Session ${which} came of no stored choice: somebody named its category.`,
    'Choices are stored by `stint fanout`, and by `stint run` without a category.',
  );
}

/** A session knows the seed that it was drawn with; a seed may be used again, so the last one before it counts. */
async function findChoiceOf(project: Project, id: SessionId): Promise<StoredDecision | null> {
  const session = await findSession(project.store, id);
  const seed = session?.plan.seed ?? null;
  return session && seed !== null ? findLastChoice(project.store, session.startedAt, seed) : null;
}

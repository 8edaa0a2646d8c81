import type { SessionId } from '../../domain/ids.ts';
import { Problem } from '../../lib/problem.ts';
import { findIds } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

/**
 * The session whose id starts with `prefix`.
 *
 * @throws Problem `unknown_session` or `ambiguous_session`
 */
export async function requireSession({ store }: Pick<Project, 'store'>, prefix: string): Promise<SessionId> {
  const wanted = prefix.toLowerCase();
  const ids = /^[a-z][0-9a-z]{0,9}$/.test(wanted) ? await findIds(store, wanted, 6) : [];
  const [id, ...others] = ids;
  if (id === undefined) {
    throw new Problem(
      'unknown_session',
      `No session's id starts with "${prefix.slice(0, 40)}".`,
      'See `stint sessions`.',
    );
  }
  if (others.length > 0 && id !== wanted) {
    throw new Problem(
      'ambiguous_session',
      `"${prefix}" could be ${[id, ...others].join(', ')}.`,
      'Give more of the id.',
    );
  }
  return id;
}

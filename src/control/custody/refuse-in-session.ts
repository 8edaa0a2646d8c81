import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';

/**
 * Refuses what a session may not do to the records that it is judged by.
 *
 * @throws Problem `in_session`
 */
export function refuseInSession(env: Readonly<NodeJS.ProcessEnv>, what: string): void {
  const id = env['STINT_SESSION_ID'] ?? '';
  if (id === '') return;
  throw new Problem(
    'in_session',
    `\`stint ${what}\` is not for an agent: this is inside session ${oneLine(id, 40)}.`,
    'Say how the session stands with `stint declare`; corrections are made outside.',
  );
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Declaration } from '../../domain/evidence.ts';
import { isSessionId } from '../../domain/ids.ts';
import { sessionFiles, stateLayout } from '../../domain/layout.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { firstWords, oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { readRegular } from '../../lib/regular-file.ts';

const LONGEST_REASON = 2000;
const LARGEST_DECLARATION = 64 << 10;

/**
 * Keeps what a session says about itself, for its judge. Only from inside, and only for itself: the token in the
 * environment must be the one that it was given.
 *
 * @returns the session's id
 */
export function declare(env: Readonly<NodeJS.ProcessEnv>, declaration: Declaration): string {
  const id = env['STINT_SESSION_ID'] ?? '';
  const folder = env['STINT_STATE_DIR'] ?? '';
  if (!isSessionId(id) || folder === '') {
    const trouble =
      id === '' || folder === ''
        ? `${id === '' ? 'STINT_SESSION_ID' : 'STINT_STATE_DIR'} is not set`
        : `STINT_SESSION_ID is "${oneLine(id, 40)}", which is not the id of a session`;
    throw new Problem(
      'not_in_session',
      `This is not inside a stint session: ${trouble}.`,
      '`stint declare` is for the agent that stint runs; call it from there.',
    );
  }
  const files = sessionFiles(stateLayout(folder, ''), id);
  if (env['STINT_TOKEN'] !== readToken(files.token)) {
    throw new Problem(
      'wrong_token',
      `The token in STINT_TOKEN is not that of session ${id}.`,
      'A session declares for itself only.',
    );
  }
  atomicWrite(
    files.declared,
    JSON.stringify({ ...declaration, reason: firstWords(declaration.reason, LONGEST_REASON) }),
  );
  return id;
}

const declarationSchema = z.object({
  kind: z.enum(['noop', 'blocked', 'done', 'open']),
  reason: z.string().max(LONGEST_REASON * 2),
}) satisfies z.ZodType<Declaration>;

/** What a session has declared; null for nothing, and for what it wrote there past `stint declare`. */
export function readDeclaration(file: string): Declaration | null {
  const text = readRegular(file, LARGEST_DECLARATION) ?? 'null';
  try {
    return declarationSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Problem(
      'unknown_session',
      `There is no session ${file.split('/').at(-2)} in ${path.resolve(file, '../../..')}.`,
      'It may have been cleaned away; see `stint sessions`, and STINT_STATE_DIR.',
    );
  }
}

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

import path from 'node:path';
import { isCategoryName, type CategoryName } from '../../domain/ids.ts';
import { PLAIN_SESSION, type Plan } from '../../domain/plan.ts';
import { sessionSettings } from '../../domain/settings/session.ts';
import { SCRIPT_HARNESS } from '../../domain/wrapped-script.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { wrongCall } from '../../lib/problem.ts';

export interface WrapRequest {
  readonly words: readonly string[];
  /** Where the script stands: where the caller stands. */
  readonly folder: string;
  /** Null takes the name of the program. */
  readonly category: string | null;
  readonly timeoutMs: number | null;
}

/** A plan for somebody's own script, in place and without any configuration. @throws Problem for a wrong call */
export function wrapPlan(request: WrapRequest): Plan {
  const [program, ...rest] = request.words;
  if (program === undefined || program === '')
    throw wrongCall(
      'There is no command to wrap.',
      'Write it after two dashes: stint run --wrap -- ./script.sh',
    );
  const { timeoutMs } = request;
  return {
    ...sessionSettings({
      permissions: 'full',
      isolation: 'shared',
      tmp: 'shared',
      pull: 'never',
      ...(timeoutMs === null ? {} : { timeout: timeoutMs }),
    }),
    ...PLAIN_SESSION,
    harness: SCRIPT_HARNESS,
    harnessSettings: { type: 'wrap', command: [program, ...rest] },
    account: SCRIPT_HARNESS,
    accountId: SCRIPT_HARNESS,
    model: null,
    arm: null,
    category: request.category === null ? nameOf(program) : requireName(request.category),
    runType: 'manual',
    prompt: '',
    folder: request.folder,
  };
}

/** `./scripts/Nightly build.sh` becomes `Nightly-build`. */
function nameOf(program: string): CategoryName {
  const name = path
    .parse(program)
    .name.replace(/[^a-z0-9_-]+/gi, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 64);
  return isCategoryName(name) ? name : ('wrap' as CategoryName);
}

function requireName(name: string): CategoryName {
  if (isCategoryName(name)) return name;
  throw wrongCall(
    `--category is "${oneLine(name, 80)}".`,
    'It must be letters, digits, "-", "_" and single dots, at most 64.',
  );
}

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openProject, type Project } from '../../src/control/project/project.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { scratchFolder, scratchProject, type ScratchProject } from './scratch.ts';
import { onTestFinished } from 'vitest';

/** Real agents whose provider is played by the test: they say what it answers when the test lets them. */
const AGENT = `
dir=$1
cat > /dev/null
model=
for word; do
  [ "$before" = --model ] && model=$word
  before=$word
done
echo '{"type":"system","subtype":"init","session_id":"t","model":"'"\${model:-m}"'"}'
touch "$dir/started-$STINT_SESSION_ID"
while [ "$(ls "$dir" | grep -c '^started-')" -lt "$(cat "$dir/together")" ]; do sleep 0.05; done
while [ -e "$dir/hold" ]; do sleep 0.05; done
if [ -e "$dir/answer-$model" ]; then cat "$dir/answer-$model"; else cat "$dir/answer"; fi
while [ -e "$dir/linger" ]; do sleep 0.05; done
`;

export interface Provider {
  /** The words of a harness that asks it. */
  readonly command: readonly string[];
  /** What every agent hears, as lines of its CLI. */
  answers(...lines: readonly object[]): void;
  /** What those hear that ask one model, which their CLI is started with. */
  answersFor(model: string, ...lines: readonly object[]): void;
  /** Agents wait until so many have started. */
  together(count: number): void;
  /** Agents wait before their answer (`hold`) or after it (`linger`). */
  stop(where: 'hold' | 'linger'): void;
  goOn(where: 'hold' | 'linger'): void;
  /** How many agents have started so far. */
  started(): number;
}

export function playProvider(): Provider {
  const folder = scratchFolder();
  const at = (name: string): string => path.join(folder, name);
  writeFileSync(at('agent.sh'), AGENT);
  writeFileSync(at('together'), '0');
  const started = (): number => readdirSync(folder).filter((name) => name.startsWith('started-')).length;
  return {
    command: ['sh', at('agent.sh'), folder],
    answers: (...lines) => writeFileSync(at('answer'), linesOf(lines)),
    answersFor: (model, ...lines) => writeFileSync(at(`answer-${model}`), linesOf(lines)),
    together: (count) => writeFileSync(at('together'), String(count)),
    stop: (where) => writeFileSync(at(where), ''),
    goOn: (where) => rmSync(at(where), { force: true }),
    started,
  };
}

function linesOf(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** A limit, as Claude Code writes it itself, and its result. */
export function limitLines(words: string): readonly object[] {
  return [
    {
      type: 'assistant',
      isApiErrorMessage: true,
      message: {
        id: 'x',
        model: '<synthetic>',
        stop_reason: 'stop_sequence',
        content: [{ type: 'text', text: words }],
      },
    },
    { type: 'result', subtype: 'success', is_error: true, result: words },
  ];
}

/** An error of the API that ends the session. */
export function errorLines(status: number, words: string): readonly object[] {
  const result = `API Error: ${status} ${words}`;
  return [
    { type: 'system', subtype: 'api_retry', attempt: 10, error_status: status, error: words },
    { type: 'result', subtype: 'success', is_error: true, api_error_status: status, result },
  ];
}

/** A model that answers, and says that there is nothing to do. */
export const SERVED: readonly object[] = [
  {
    type: 'assistant',
    message: { id: 'm', model: 'stub', content: [{ type: 'text', text: 'Nothing is left to do.' }] },
  },
  { type: 'result', subtype: 'success', is_error: false, result: 'Nothing is left to do.' },
];

/** A clock that the test sets; waiting is real. */
export interface SetClock extends Clock {
  set(at: string | Date): void;
}

export function setClock(at: string): SetClock {
  const real = systemClock.now().getTime();
  let offset = Date.parse(at) - real;
  return {
    ...systemClock,
    now: () => new Date(systemClock.now().getTime() + offset),
    set: (to) => {
      offset = new Date(to).getTime() - systemClock.now().getTime();
    },
  };
}

/** Repositories of one machine, opened by this process, with these categories and one harness. */
export async function openOnOneMachine(
  clock: Clock,
  configs: readonly object[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly opened: readonly Project[]; readonly scratch: readonly ScratchProject[] }> {
  const state = scratchFolder();
  mkdirSync(state, { recursive: true });
  const scratch = configs.map((config) => scratchProject(JSON.stringify(config)));
  const opened: Project[] = [];
  for (const { folder, env: own } of scratch) {
    const project = await openProject({
      folder,
      env: { ...own, XDG_STATE_HOME: state, ...env },
      clock,
      access: 'write',
    });
    onTestFinished(() => project.close());
    opened.push(project);
  }
  return { opened, scratch: scratch.filter(({ folder }) => existsSync(folder)) };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Supply } from '../domain/choice.ts';
import type { CategoryName, SessionId } from '../domain/ids.ts';
import type { UserCommand } from '../domain/settings/user-command.ts';
import type { Clock } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { randomWord } from '../lib/random.ts';
import type { Redactor } from '../lib/redact.ts';
import { formatSize } from '../lib/size.ts';
import { outerEnvironment } from './outer-environment.ts';
import { askUserCommand, type CommandAnswer } from './user-command.ts';

export interface SupplyQuestion {
  readonly category: CategoryName;
  readonly command: UserCommand;
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly redactor: Redactor;
  readonly timeoutMs: number;
  readonly cancelled: AbortSignal;
}

/** A list of tasks is not longer. */
const LONGEST_ANSWER = 4 << 20;

/** Asks a category's own command what there is to do. Never throws: what fails says nothing of the work. */
export async function askSupply(question: SupplyQuestion, clock: Clock): Promise<Supply> {
  const { category, command, folder, redactor, timeoutMs, cancelled } = question;
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-supply-'));
  try {
    const answer = await askUserCommand(
      {
        // A tag of its own, so that what it leaves behind is found and nothing else is ended.
        sessionId: randomWord(10) as SessionId,
        command,
        folder,
        env: { ...outerEnvironment(question.env), STINT_CATEGORY: category },
        logFile: path.join(scratch, 'stderr'),
        redactor,
        timeoutMs,
        cancelled,
        input: '',
        longestAnswer: LONGEST_ANSWER,
      },
      clock,
    );
    return interpret(answer, timeoutMs);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function interpret(answer: CommandAnswer, timeoutMs: number): Supply {
  switch (answer.kind) {
    case 'exited': {
      if (answer.exitCode === 0) return { kind: 'known', count: countTasks(answer.answer) };
      const words = oneLine(answer.tail.split('\n').at(-1) ?? '', 120);
      return {
        kind: 'unknown',
        because: `its command exited with ${answer.exitCode}${words === '' ? '' : `: ${words}`}`,
      };
    }
    case 'timed-out':
      return { kind: 'unknown', because: `its command took longer than ${formatDuration(timeoutMs)}` };
    case 'too-long':
      return { kind: 'unknown', because: `its command printed more than ${formatSize(LONGEST_ANSWER)}` };
    case 'not-started':
      return { kind: 'unknown', because: `its command could not start: ${oneLine(answer.because, 120)}` };
    case 'cancelled':
      return { kind: 'unknown', because: oneLine(answer.because, 120) };
  }
}

/** The length of a JSON array, else the number of lines with something on them. */
export function countTasks(text: string): number {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.length;
  } catch {
    // Plain lines, most likely.
  }
  return text.split('\n').filter((line) => line.trim() !== '').length;
}

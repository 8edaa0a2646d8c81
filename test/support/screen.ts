import { Command } from 'commander';
import { vi } from 'vitest';
import type { CliContext } from '../../src/cli/verb.ts';
import { equipVerb, findVerb } from '../../src/cli/verb-options.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { ScratchProject } from './scratch.ts';

/** A clock that stands. */
export function stoppedClock(at: string): Clock {
  return {
    now: () => new Date(at),
    monotonicMs: () => 0,
    sinceBoot: () => null,
    sleep: () => Promise.resolve(),
  };
}

/** Makes this process look like a screen of that many columns, without colour, in UTC. */
export function stubScreen(columns: number): void {
  vi.stubEnv('COLUMNS', String(columns));
  vi.stubEnv('NO_COLOR', '1');
  vi.stubEnv('TZ', 'UTC');
}

/** What a verb prints for a person, by its own code with a clock of the test's. */
export async function screenOf(project: ScratchProject, clock: Clock, ...words: string[]): Promise<string> {
  const verb = VERBS.find(({ name }) => name === findVerb(words));
  if (!verb) throw new Error(`no verb: ${words.join(' ')}`);
  const context: CliContext = {
    cwd: project.folder,
    env: project.env,
    clock,
    verbs: VERBS,
    interrupted: new AbortController().signal,
    interruptCode: () => null,
  };
  let printed = '';
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const program = new Command('stint').exitOverride();
    await equipVerb(program.command(verb.name), verb, context);
    await program.parseAsync(words, { from: 'user' });
  } finally {
    stdout.mockRestore();
  }
  return printed;
}

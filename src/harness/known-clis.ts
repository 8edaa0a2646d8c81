import type { CliKind } from '../domain/plan.ts';
import { claudeCodeHarness } from './claude-code/start.ts';
import { codexHarness } from './codex/start.ts';
import { copilotHarness } from './copilot/start.ts';
import { geminiHarness } from './gemini/start.ts';
import { gptmeHarness } from './gptme/start.ts';
import type { Harness } from './contract/harness.ts';
import { opencodeHarness } from './opencode/start.ts';
import { piHarness } from './pi/start.ts';

/** An agent CLI that people have; its name is a kind of harness. */
export interface KnownCli {
  readonly name: CliKind;
  /** The program on PATH, where a configuration names no other. */
  readonly program: string;
}

/** In the order in which they are offered. */
export const KNOWN_CLIS: readonly KnownCli[] = [
  { name: 'claude-code', program: 'claude' },
  { name: 'codex', program: 'codex' },
  { name: 'gemini', program: 'gemini' },
  { name: 'copilot', program: 'copilot' },
  { name: 'opencode', program: 'opencode' },
  { name: 'pi', program: 'pi' },
  { name: 'gptme', program: 'gptme' },
];

export const CREATE_CLI: Readonly<Record<CliKind, (command: readonly [string, ...string[]]) => Harness>> = {
  'claude-code': claudeCodeHarness,
  codex: codexHarness,
  gemini: geminiHarness,
  copilot: copilotHarness,
  opencode: opencodeHarness,
  pi: piHarness,
  gptme: gptmeHarness,
};

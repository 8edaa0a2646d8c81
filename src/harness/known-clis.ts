import type { Permissions } from '../domain/plan.ts';

/** An agent CLI that people have, and how it runs where nobody answers questions. */
export interface KnownCli {
  /** The harness's name in a configuration. */
  readonly name: string;
  /** The program on PATH. */
  readonly program: string;
  /** True when stint reads its stream; else its output is plain text and only its time limit ends it. */
  readonly hasEvents: boolean;
  /** The command of a `command` harness; null where the name itself is a kind of harness. */
  readonly command: ((permissions: Permissions) => readonly string[]) | null;
}

/**
 * In the order in which they are offered. The flags of codex, gemini and copilot were read in their own help (November 2026); what a CLI cannot
 * limit (`read` in some) is left to its own settings.
 */
export const KNOWN_CLIS: readonly KnownCli[] = [
  { name: 'claude-code', program: 'claude', hasEvents: true, command: null },
  {
    name: 'codex',
    program: 'codex',
    hasEvents: false,
    command: (permissions) => [
      'codex',
      'exec',
      '--sandbox',
      { read: 'read-only', edit: 'workspace-write', full: 'danger-full-access' }[permissions],
      '-',
    ],
  },
  {
    name: 'gemini',
    program: 'gemini',
    hasEvents: false,
    command: (permissions) => [
      'gemini',
      '--approval-mode',
      { read: 'plan', edit: 'auto_edit', full: 'yolo' }[permissions],
      '-p',
      '{prompt}',
    ],
  },
  {
    name: 'copilot',
    program: 'copilot',
    hasEvents: false,
    command: (permissions) => [
      'copilot',
      ...(permissions === 'full'
        ? ['--allow-all-tools', '--allow-all-paths']
        : permissions === 'edit'
          ? ['--allow-tool', 'write', '--allow-tool', 'shell(git)']
          : []),
      '-p',
      '{prompt}',
    ],
  },
  { name: 'opencode', program: 'opencode', hasEvents: false, command: () => ['opencode', 'run', '{prompt}'] },
  { name: 'pi', program: 'pi', hasEvents: false, command: () => ['pi', '-p', '{prompt}'] },
  {
    name: 'gptme',
    program: 'gptme',
    hasEvents: false,
    command: () => ['gptme', '--non-interactive', '{prompt}'],
  },
];

import type { TextCli } from '../contract/text-cli.ts';

/**
 * Gemini CLI, read as plain text. Without a person it hides or refuses what it would ask about: under `auto_edit` the
 * whole shell, but for the commands that are named. Flags and refusals as seen with 0.61.
 */
export const GEMINI: TextCli = {
  title: 'Gemini CLI',
  program: 'gemini',
  // The category decides whether it runs here; the CLI would stop and ask whether the folder is trusted.
  arguments: ['--skip-trust', '{permissions}', '{model}'],
  permissions: {
    read: ['--approval-mode', 'plan'],
    edit: [
      '--approval-mode',
      'auto_edit',
      ...['git status', 'git diff', 'git log', 'git add', 'git commit', 'stint declare'].flatMap(
        (command) => ['--allowed-tools', `run_shell_command(${command})`],
      ),
    ],
    full: ['--approval-mode', 'yolo'],
  },
};

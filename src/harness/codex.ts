import type { Harness, StartCommand, StartRequest } from './harness.ts';
import { parseCodexStream } from './codex-stream.ts';
import { withoutTurnLimit } from './turn-limit.ts';

/** `codex exec`; the prompt comes on standard input. Without a person it never asks: what its sandbox forbids fails. */
export function codexHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'visible',
    hasEvents: true,
    canResume: true,
    program: command[0],
    cannotHonour: (demands) => withoutTurnLimit('Codex', demands),
    start: (request): StartCommand => ({
      argv: [
        ...command,
        'exec',
        '--json',
        '--skip-git-repo-check',
        // A login shell would set PATH anew, and what stint put on it would be gone.
        '-c',
        'allow_login_shell=false',
        ...permissionFlags(request),
        ...(request.model === null ? [] : ['--model', request.model]),
        ...(request.thread === null ? [] : ['resume', request.thread]),
        '-',
      ],
      env: {},
      stdin: 'prompt',
    }),
    parse: parseCodexStream,
  };
}

/** Its sandbox keeps even the workspace's own git folder from being written, so `edit` opens what commits need. */
function permissionFlags({ permissions, writableFolders }: StartRequest): string[] {
  switch (permissions) {
    case 'read':
      return ['--sandbox', 'read-only'];
    case 'edit':
      return ['--sandbox', 'workspace-write', ...writableFolders.flatMap((folder) => ['--add-dir', folder])];
    case 'full':
      return ['--dangerously-bypass-approvals-and-sandbox'];
  }
}

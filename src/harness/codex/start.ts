import type { IdleFloor } from '../../domain/liveness.ts';
import { withoutTurnLimit, type Harness, type StartCommand, type StartRequest } from '../contract/harness.ts';
import { parseCodexStream } from './stream.ts';

/**
 * It polls while a model call hangs: 0.4 % of a processor and 2 kB/s were measured over a minute, with bursts of 8 kB.
 * What its model sends does not show in these bytes, so nothing is lost by a floor well above them.
 */
const WAITING: IdleFloor = { cpuShare: 0.04, bytesPerS: 16_000 };

/** `codex exec`; the prompt comes on standard input. Without a person it never asks: what its sandbox forbids fails. */
export function codexHarness(command: readonly [string, ...string[]]): Harness {
  return {
    openCalls: 'visible',
    hasEvents: true,
    idle: WAITING,
    canResume: true,
    wholeThread: ['tokens'],
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

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CliKind } from '../../domain/plan.ts';
import { mainBranchOfOrigin } from '../../git/names.ts';
import type { Repository } from '../../git/repository.ts';
import { CLI_KINDS, CLIS } from '../../harness/registry.ts';
import { findProgram, programVersion } from '../../lib/programs.ts';

export interface FoundCli {
  readonly name: CliKind;
  readonly file: string;
  /** As it says itself; null when it does not. */
  readonly version: string | null;
  /** True when stint reads its stream; else its output is plain text and only its time limit ends it. */
  readonly hasEvents: boolean;
}

interface Tools {
  readonly packageManager: string | null;
  /** What brings the dependencies into a new worktree. */
  readonly setup: string | null;
  readonly check: string | null;
}

/** Facts about a repository and a machine, for a caller that decides what sessions may do. */
export interface SeenProject extends Tools {
  /** The top folder of the repository. */
  readonly top: string;
  readonly defaultBranch: string | null;
  readonly agents: readonly FoundCli[];
}

export async function detectProject(
  repository: Repository,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<SeenProject> {
  const { top, branch } = repository;
  const defaultBranch = (await mainBranchOfOrigin(top)) ?? branch;
  return { top, defaultBranch, ...detectTools(top), agents: await detectClis(top, env) };
}

/** Lock files name the package manager. */
const NODE_MANAGERS = [
  { lock: 'package-lock.json', name: 'npm', setup: 'npm ci', test: 'npm test' },
  { lock: 'pnpm-lock.yaml', name: 'pnpm', setup: 'pnpm install --frozen-lockfile', test: 'pnpm test' },
  { lock: 'yarn.lock', name: 'yarn', setup: 'yarn install --immutable', test: 'yarn test' },
  { lock: 'bun.lock', name: 'bun', setup: 'bun install --frozen-lockfile', test: 'bun test' },
];

/** Changes no file that git knows: a lock file that appeared would count as uncommitted work. */
const NPM_WITHOUT_LOCK = 'npm install --no-package-lock';

const OTHER_TOOLS = [
  { file: 'Cargo.toml', name: 'cargo', setup: null, test: 'cargo test' },
  { file: 'go.mod', name: 'go', setup: null, test: 'go test ./...' },
  { file: 'uv.lock', name: 'uv', setup: 'uv sync', test: 'uv run pytest' },
  { file: 'poetry.lock', name: 'poetry', setup: 'poetry install', test: 'poetry run pytest' },
  { file: 'pyproject.toml', name: 'python', setup: null, test: 'python3 -m pytest' },
  { file: 'Gemfile.lock', name: 'bundler', setup: 'bundle install', test: 'bundle exec rake test' },
  { file: 'mix.exs', name: 'mix', setup: 'mix deps.get', test: 'mix test' },
];

function detectTools(folder: string): Tools {
  const has = (file: string): boolean => existsSync(path.join(folder, file));
  if (has('package.json')) {
    const manager = NODE_MANAGERS.find(({ lock }) => has(lock));
    const text = readText(path.join(folder, 'package.json'));
    const hasTest = /"test"\s*:\s*"(?!echo \\"Error: no test)/.test(text);
    return {
      packageManager: manager?.name ?? 'npm',
      setup: manager?.setup ?? (/"(d|devD)ependencies"/.test(text) ? NPM_WITHOUT_LOCK : null),
      check: hasTest ? (manager?.test ?? 'npm test') : null,
    };
  }
  const other = OTHER_TOOLS.find(({ file }) => has(file));
  if (other) {
    const hasTests = !other.test.endsWith('pytest') || PYTHON_TESTS.some(has) || namesPytest(folder);
    return { packageManager: other.name, setup: other.setup, check: hasTests ? other.test : null };
  }
  const hasMakeTest = /^test:/m.test(readText(path.join(folder, 'Makefile')));
  return { packageManager: null, setup: null, check: hasMakeTest ? 'make test' : null };
}

/** pytest fails where there is nothing to test; the other test commands pass. */
const PYTHON_TESTS = ['tests', 'test', 'conftest.py'];

function namesPytest(folder: string): boolean {
  return readText(path.join(folder, 'pyproject.toml')).includes('pytest');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export async function detectClis(folder: string, env: Readonly<NodeJS.ProcessEnv>): Promise<FoundCli[]> {
  const found = CLI_KINDS.flatMap((name) => {
    const cli = CLIS[name];
    const file = findProgram(cli.program, folder, env);
    return file === null ? [] : [{ name, file, hasEvents: cli.create([cli.program]).hasEvents }];
  });
  return Promise.all(found.map(async (each) => ({ ...each, version: await programVersion(each.file) })));
}

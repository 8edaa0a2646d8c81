import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  geminiAnswer,
  geminiCall,
  geminiDocument,
  geminiHeader,
  geminiPrompt,
} from '../support/gemini-lines.ts';
import { piAnswer, piCalling, piHeader, piPrompt, piResult, piSaying } from '../support/pi-lines.ts';
import {
  atMinute,
  calling,
  CLAUDE_USAGE,
  claudeAnswer,
  claudePrompt,
  claudeResult,
  codexItem,
  codexMeta,
  codexSays,
  saying,
} from '../support/transcript-lines.ts';

/** A small folder of transcripts, written by hand, and the repository in which their sessions worked. */
export interface Fixture {
  readonly folder: string;
  readonly repository: string;
}

/** Whom a commit belongs to, and what became of it. */
interface Work {
  readonly repository: string;
  readonly git: (minute: number, ...args: string[]) => string;
}

/** @param scratch an empty folder */
export function writeFixture(scratch: string): Fixture {
  const repository = path.join(scratch, 'repository');
  const folder = path.join(scratch, 'transcripts');
  const work = startRepository(repository);
  const rows = CLAUDE.map(([name, write], index) => {
    const thread = threadOf(index + 1);
    const { lines, commits } = write(work, thread, index * 10);
    writeLines(path.join(folder, 'claude-code', name, '0/full.jsonl'), lines);
    return { name, thread, answers: lines.filter((line) => 'requestId' in line).length, commits };
  });
  signOffTwo(work);
  const shas = shasBySubject(work);
  const table = path.join(folder, 'claude-code/GROUND-TRUTH.tsv');
  writeFileSync(
    table,
    tableOf(rows.map((row) => ({ ...row, shas: row.commits.flatMap((each) => shas.get(each) ?? []) }))),
  );
  writeOthers(work, folder);
  return { folder, repository };
}

function threadOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function writeLines(file: string, lines: readonly object[]): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function startRepository(repository: string): Work {
  mkdirSync(repository);
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'Tester'],
    [`GIT_${role}_EMAIL`, 'tester@example.invalid'],
  ]);
  const env = Object.fromEntries([
    ...clean,
    ...who,
    ['GIT_CONFIG_GLOBAL', '/dev/null'],
    ['GIT_CONFIG_NOSYSTEM', '1'],
  ]);
  const git = (minute: number, ...args: string[]): string => {
    const at = new Date(Date.parse(atMinute(minute)) + 30_000).toISOString();
    const dates = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    return execFileSync('git', args, {
      cwd: repository,
      env: { ...env, ...dates },
      encoding: 'utf8',
      stdio: 'pipe',
    });
  };
  git(-60, 'init', '--quiet', '--initial-branch=main');
  git(-60, 'commit', '--quiet', '--allow-empty', '--message', 'start');
  return { repository, git };
}

/** Ten lines that stand nowhere else. */
function textOf(file: string): string {
  return Array.from(
    { length: 10 },
    (_, n) => `export const ${path.parse(file).name}${n} = 'line ${n} of ${file}';\n`,
  ).join('');
}

function commitFile({ repository, git }: Work, minute: number, file: string, subject: string): string {
  writeFileSync(path.join(repository, file), textOf(file));
  git(minute, 'add', file);
  return git(minute, 'commit', '--message', subject);
}

interface Written {
  readonly lines: readonly object[];
  /** Subjects of the commits that the table gives to it. */
  readonly commits: readonly string[];
}

type WriteClaude = (work: Work, thread: string, minute: number) => Written;

const HEADLESS = { cwd: '/gone/app', entrypoint: 'sdk-cli' };

/** A session that makes these calls, gets these answers, and has the last word. */
function claudeSession(
  thread: string,
  minute: number,
  calls: readonly (readonly [object, string, object?])[],
): object[] {
  return [
    claudePrompt(thread, minute, 'Go on.', HEADLESS),
    ...calls.flatMap(([call, answer, more], index) => [
      claudeAnswer(thread, minute + index, `m${index}-${thread}`, call, HEADLESS),
      claudeResult(thread, minute + index + 1, (call as { id: string }).id, answer, { ...HEADLESS, ...more }),
    ]),
    claudeAnswer(thread, minute + calls.length, `last-${thread}`, saying('Done.'), HEADLESS),
  ];
}

function writing(id: string, file: string): object {
  return {
    type: 'tool_use',
    id,
    name: 'Write',
    input: { file_path: `/gone/app/${file}`, content: textOf(file) },
  };
}

const committing = (subject: string): object => calling('c1', `git commit -m '${subject}'`);

const CLAUDE: readonly (readonly [string, WriteClaude])[] = [
  [
    'own-commit',
    (work, thread, minute) => ({
      lines: claudeSession(thread, minute, [[committing('own'), commitFile(work, minute, 'own.ts', 'own')]]),
      commits: ['own'],
    }),
  ],
  [
    'no-trailer',
    (work, thread, minute) => ({
      lines: claudeSession(thread, minute, [
        [committing('bare'), commitFile(work, minute, 'bare.ts', 'bare')],
      ]),
      commits: [],
    }),
  ],
  [
    'amended-later',
    (work, thread, minute) => ({
      lines: claudeSession(thread, minute, [
        [committing('amended'), commitFile(work, minute, 'amended.ts', 'amended')],
      ]),
      commits: ['amended'],
    }),
  ],
  [
    'committed-by-a-person',
    (work, thread, minute) => {
      commitFile(work, minute + 5, 'handed.ts', 'by a person');
      return {
        lines: claudeSession(thread, minute, [
          [writing('w1', 'handed.ts'), 'File created successfully at: handed.ts'],
        ]),
        commits: ['by a person'],
      };
    },
  ],
  [
    'not-committed',
    (_, thread, minute) => ({
      lines: claudeSession(thread, minute, [
        [writing('w1', 'left.ts'), 'File created successfully at: left.ts'],
      ]),
      commits: [],
    }),
  ],
];

/** A person signs off the last two commits, and git forgets their old names. */
function signOffTwo({ git }: Work): void {
  git(300, 'rebase', '--quiet', 'HEAD~2', '--exec', 'git commit --quiet --amend --no-edit --signoff');
  git(300, 'reflog', 'expire', '--expire=now', '--all');
  git(300, 'gc', '--quiet', '--prune=now');
}

function shasBySubject({ git }: Work): Map<string, string> {
  const lines = git(0, 'log', '--format=%H %s').trim().split('\n');
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 12)]));
}

interface Row {
  readonly name: string;
  readonly thread: string;
  readonly answers: number;
  readonly shas: readonly string[];
}

function tableOf(rows: readonly Row[]): string {
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = CLAUDE_USAGE;
  const perAnswer = [input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens];
  const names = ['checkpoint', 'index', 'session_id', 'commits_in_git_with_trailer'];
  const tokens = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens'];
  return [
    [...names, ...tokens],
    ...rows.map(({ name, thread, answers, shas }) => [
      name,
      '0',
      thread,
      shas.join(),
      ...perAnswer.map((count) => String(count * answers)),
    ]),
  ]
    .map((cells) => `${cells.join('\t')}\n`)
    .join('');
}

/** A session of each other CLI, with a commit that its repository has; without a table. */
function writeOthers(work: Work, folder: string): void {
  const told = (file: string): string => commitFile(work, 301, file, `add ${file}`);
  const run = { cmd: "git commit -m 'add it'" };
  writeLines(path.join(folder, 'codex/rollout.jsonl'), [
    codexMeta(threadOf(11), 0, { cwd: '/gone/app' }),
    codexItem(1, 'message', { role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] }),
    codexItem(2, 'function_call', { name: 'exec_command', arguments: JSON.stringify(run), call_id: 'c1' }),
    codexItem(3, 'function_call_output', { call_id: 'c1', output: told('codex.ts') }),
    codexSays(4, 'Done.'),
  ]);
  writeLines(path.join(folder, 'pi/session.jsonl'), [
    piHeader(threadOf(12), 0),
    piPrompt(0),
    piAnswer(1, [piCalling('c1', 'git commit -m x')]),
    piResult(2, 'c1', told('pi.ts')),
    piAnswer(3, [piSaying('Done.')]),
  ]);
  const gemini = [
    geminiHeader(threadOf(13), 0),
    geminiPrompt(0),
    geminiAnswer(1, '', { toolCalls: [geminiCall(1, 'c1', 'git commit -m x', told('gemini.ts'))] }),
    geminiAnswer(2, 'Done.'),
  ];
  mkdirSync(path.join(folder, 'gemini-cli'), { recursive: true });
  writeFileSync(path.join(folder, 'gemini-cli/session.jsonl'), geminiDocument(gemini));
}

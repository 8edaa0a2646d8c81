import path from 'node:path';
import { LONGEST_PROGRAM_LINE } from '../lib/program-lines.ts';
import { readRegular } from '../lib/regular-file.ts';
import { gitFailed, gitLines, gitOutput, linesOf, type GitOptions } from './git.ts';
import type { Repository } from './repository.ts';

// Questions about the lines of a whole history. Each is one process, and its answer is a stream: however large the
// repository is, one line of it is held at a time. No question asks a remote for objects that are missing here.

/** Missing objects stay missing: no read of ours opens a connection. */
const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none', GIT_NO_REPLACE_OBJECTS: '1' };
const LIMIT_MS = 600_000;
const CALL: GitOptions = { env: OFFLINE, timeoutMs: LIMIT_MS };

/** Refs that keep no work of a person: pins of stint, entries of `git stash`, git's own notes. */
const OTHER_REFS = /^refs\/(stint|stash|notes|replace|bisect|original|rewritten)(\/|$)/;
const OTHERS = ['stint', 'notes', 'replace', 'bisect', 'original', 'rewritten'].map(
  (name) => `refs/${name}/*`,
);

/** The refs that reach a commit: branches, tags, those of a forge and of remotes, and a detached HEAD. */
function tipsOf({ head }: Repository): string[] {
  const excluded = [...OTHERS, 'refs/stash'].map((pattern) => `--exclude=${pattern}`);
  return [...excluded, '--glob=refs/*', ...(head === null ? [] : [head])];
}

/** As git reads it, whatever the number is. */
function momentOf(seconds: number): string {
  return `@${Math.max(0, Math.floor(seconds))} +0000`;
}

/** Every ref that reaches work, with its commit, as one text that changes when any does; empty without any. */
export async function describeRefs({ top, head }: Repository): Promise<string> {
  const refs = linesOf(await gitOutput(top, ['for-each-ref', '--format=%(refname) %(objectname)']));
  const work = refs.filter((line) => !OTHER_REFS.test(line.split(' ', 1)[0] ?? ''));
  return [...work, ...(head === null ? [] : [`HEAD ${head}`])].join('\n');
}

/** The newest commit by its own date that was made before a moment, on any branch; null where there is none. */
export async function commitBefore(repository: Repository, seconds: number): Promise<string | null> {
  const args = ['rev-list', '-1', `--before=${momentOf(seconds)}`, ...tipsOf(repository), '--'];
  return linesOf(await gitOutput(repository.top, args, CALL))[0] ?? null;
}

/**
 * Gives each line of the text files of a commit.
 *
 * @param patterns the files, as `filesEnding` makes them; without any, all files
 * @throws Problem `git_failed` where not all of them could be read
 */
export async function readFileLines(
  { top }: Repository,
  commit: string,
  patterns: readonly string[],
  take: (line: string) => void,
): Promise<void> {
  const plain = ['--no-color', '--no-line-number', '--no-column', '--no-heading', '--no-break'];
  const args = ['grep', '-hI', ...plain, '--no-textconv', '--no-recurse-submodules', '-e', '', commit];
  const { exitCode, stderr } = await gitLines(top, [...args, '--', ...patterns], CALL, take);
  // 1 says that no file is there. It goes on behind a file that it cannot read.
  if (exitCode > 1 || /^(error|fatal): /m.test(stderr)) throw gitFailed('grep', top, stderr);
}

/** Takes the lines that a history added. */
export interface HistoryTaker {
  /** @param authoredAt in seconds */
  readonly commit: (sha: string, authoredAt: number) => void;
  /** The file, from the top of the repository, of which the lines that follow are. */
  readonly file: (path: string) => void;
  readonly line: (text: string) => void;
}

/**
 * Gives what each commit since a moment added, newest first; of a merge the lines that stand in none of its parents.
 *
 * @param seconds bounds the search, by the date at which a commit was made
 * @param patterns as for `readFileLines`
 * @throws Problem `git_failed` where not all of it could be read
 */
export async function readHistory(
  repository: Repository,
  seconds: number,
  patterns: readonly string[],
  taker: HistoryTaker,
): Promise<void> {
  const diff = [
    '-p',
    '--cc',
    '-U0',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--root',
  ];
  const names = ['--src-prefix=a/', '--dst-prefix=b/', '--no-relative', '--submodule=short'];
  const which = ['--full-history', `--since=${momentOf(seconds)}`, '--no-show-signature', '--no-notes'];
  const args = ['log', ...diff, ...names, ...which, '--format=%x00%H %at', ...tipsOf(repository), '--stdin'];
  const input = `--\n${patterns.map((each) => `${each}\n`).join('')}`;
  const reader = new PatchReader(taker);
  const call = { ...CALL, input };
  const { exitCode, stderr } = await gitLines(repository.top, args, call, (line) => reader.take(line));
  if (exitCode !== 0) throw gitFailed('log', repository.top, stderr);
}

/**
 * Reads a stream of commits with their patches. Line counts tell content from headers: any file may look like a patch. The
 * patch of a merge has a column of signs, and a count, for each of its parents.
 */
class PatchReader {
  readonly #taker: HistoryTaker;
  /** Lines of the hunk that are still to come, of each parent and of the commit. */
  #old: number[] = [];
  #new = 0;

  constructor(taker: HistoryTaker) {
    this.#taker = taker;
  }

  take(line: string): void {
    if (this.#new > 0 || this.#old.some((count) => count > 0)) this.#takeContent(line);
    else if (line.startsWith('\0')) this.#takeCommit(line);
    else if (line.startsWith('+++ ')) this.#takeFile(line.slice(4));
    else if (line.startsWith('@@')) this.#takeHunk(line);
  }

  #takeContent(line: string): void {
    // A note stands behind a last line without an end.
    if (line.startsWith('\\')) return;
    const signs = line.slice(0, this.#old.length);
    const isGone = signs.includes('-');
    for (const [index, count] of this.#old.entries())
      if (signs[index] === (isGone ? '-' : ' ')) this.#old[index] = count - 1;
    if (isGone) return;
    this.#new--;
    const isAdded = signs === '+'.repeat(this.#old.length);
    if (isAdded && line.length < LONGEST_PROGRAM_LINE) this.#taker.line(line.slice(signs.length));
  }

  #takeCommit(line: string): void {
    const [sha = '', at = ''] = line.slice(1).split(' ');
    this.#taker.commit(sha, Number(at));
  }

  #takeFile(name: string): void {
    const file = unquoted(name);
    // A file that is gone is `/dev/null`.
    if (file.startsWith('b/')) this.#taker.file(file.slice(2));
  }

  /** `@@ -1,2 +3,4 @@`, and with one more sign and range for each further parent. */
  #takeHunk(line: string): void {
    const [, ranges] = /^@@+ ([-+\d, ]+) @@/.exec(line) ?? [];
    if (ranges === undefined) return;
    const counts = ranges.split(' ').map((range) => Number(range.split(',')[1] ?? 1));
    this.#new = counts.pop() ?? 0;
    this.#old = counts;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The name of a file as it stands in a patch: quoted where a character in it asks for it, a tab behind a blank. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name.replace(/\t$/, '');
  const bytes: Buffer[] = [];
  for (const [part] of name.slice(1, name.lastIndexOf('"')).matchAll(/\\[0-7]{3}|\\[\s\S]|[^\\]+/g)) {
    if (/^\\[0-7]{3}$/.test(part)) bytes.push(Buffer.from([Number.parseInt(part.slice(1), 8)]));
    else bytes.push(Buffer.from(part.startsWith('\\') ? (ESCAPES[part[1] ?? ''] ?? part.slice(1)) : part));
  }
  return Buffer.concat(bytes).toString();
}

// Git compares the end of a path with a pattern that is one star and plain text. Any other pattern costs a walk for every
// entry of every tree, ten times as much: so these name more files than they ask for, and their caller leaves those out.

/** The files whose paths end so, in any folder, be it with a name or with the end of one. */
export function filesEnding(ending: string): string {
  return `*${literal(ending)}`;
}

/** Characters that mean more in a pattern stand for themselves. */
function literal(text: string): string {
  return text.replaceAll(/[\\*?[\]]/g, '\\$&');
}

/** The commits at which the history of a shallow clone is cut off: they seem to add all that stood there before. */
export function readCutOff({ commonDir }: Repository): ReadonlySet<string> {
  const text = commonDir === null ? null : readRegular(path.join(commonDir, 'shallow'), 64 << 20);
  return new Set(linesOf(text));
}

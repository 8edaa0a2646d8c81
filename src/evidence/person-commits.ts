import path from 'node:path';
import { lineMark } from '../domain/line-mark.ts';
import { commitBefore, filesEnding, readCutOff, readFileLines, readHistory } from '../git/added-lines.ts';
import type { Repository } from '../git/repository.ts';
import type { AddingCommit, EditedSession, LineHistory } from './person-work.ts';

/** Git compares each with every entry of every tree. More names cost more than the files that they leave out. */
const MOST_NAMES = 40;
const MOST_ENDINGS = 200;

/**
 * Reads which commits added lines that sessions left, and which of the lines stood there before: three processes of git,
 * and of their output nothing but marks of these sessions is kept.
 *
 * @param sessions one of them is open at least
 * @param owned the commits that a session made
 * @throws Problem when git cannot be asked, or cannot read all of it
 */
export async function readLineHistory(
  repository: Repository,
  sessions: readonly EditedSession[],
  owned: ReadonlySet<string>,
): Promise<LineHistory> {
  const paths = sessions.flatMap(({ files }) => [...files.keys()]);
  const wanted = new Set(sessions.flatMap(({ files }) => [...files.values()].flatMap((marks) => [...marks])));
  const earliest = sessions
    .filter(({ isOpen }) => isOpen)
    .reduce((first, { firstAt }) => Math.min(first, firstAt), Infinity);
  const from = await commitBefore(repository, earliest);
  const base = new Set<string>();
  const keep = (line: string): void => {
    const mark = lineMark(line);
    if (mark !== null && wanted.has(mark)) base.add(mark);
  };
  if (from !== null) await readFileLines(repository, from, endingsOf(paths), keep);
  const collector = new CommitCollector(wanted, new Set(paths.map(nameOf)));
  await readHistory(repository, earliest, patternsOf(paths), collector);
  const cutOff = readCutOff(repository);
  const isTaken = (sha: string): boolean => owned.has(sha) || cutOff.has(sha);
  const commits = collector.commits.map((each) => ({ ...each, isTaken: isTaken(each.sha) }));
  return { top: repository.top, base, commits };
}

/** Which files git has to read: those of these names, or of these endings where the names are many. */
function patternsOf(paths: readonly string[]): string[] {
  const names = namesOf(paths);
  return names.length <= MOST_NAMES ? names.map(filesEnding) : endingsOf(paths);
}

/** All files of the same kinds: a line may have stood in another one, and have moved. */
function endingsOf(paths: readonly string[]): string[] {
  const patterns = [...new Set(namesOf(paths).map(endingPattern))];
  return patterns.length <= MOST_ENDINGS ? patterns : [];
}

function namesOf(paths: readonly string[]): string[] {
  // A line end would part one pattern in two.
  return [...new Set(paths.map(nameOf))].filter((name) => name !== '' && !/[\n\0]/.test(name));
}

function endingPattern(name: string): string {
  const ending = path.posix.extname(name);
  return filesEnding(ending === '' ? name : ending);
}

function nameOf(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

type MutableCommit = Pick<AddingCommit, 'sha' | 'authoredAt'> & {
  readonly files: Map<string, Set<string>>;
};

/** Keeps those lines of a history that sessions left. */
class CommitCollector {
  readonly #wanted: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;
  readonly #all: MutableCommit[] = [];
  #marks: Set<string> | null = null;

  constructor(wanted: ReadonlySet<string>, names: ReadonlySet<string>) {
    this.#wanted = wanted;
    this.#names = names;
  }

  get commits(): readonly MutableCommit[] {
    return this.#all.filter(({ files }) => files.size > 0);
  }

  commit(sha: string, authoredAt: number): void {
    this.#all.push({ sha, authoredAt, files: new Map() });
    this.#marks = null;
  }

  file(name: string): void {
    this.#marks = null;
    if (!this.#names.has(nameOf(name))) return;
    this.#marks = new Set();
    this.#all.at(-1)?.files.set(name, this.#marks);
  }

  line(text: string): void {
    if (this.#marks === null) return;
    const mark = lineMark(text);
    if (mark !== null && this.#wanted.has(mark)) this.#marks.add(mark);
  }
}

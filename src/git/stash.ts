import { STASH_PINS } from '../domain/layout.ts';
import { git, gitAbout, gitOutput, gitTry, linesOf } from './git.ts';

/** Files by their path; null where the change removes one, else the name of the content. */
export type FileContents = ReadonlyMap<string, string | null>;

/** One entry of `git stash`. */
export interface StashEntry {
  readonly commit: string;
  readonly subject: string;
  /** The commit that it was made on. */
  readonly base: string;
  /** The files that it changes, those that were untracked among them. */
  readonly files: FileContents;
}

/** An entry that a session made, as its hook has pinned it. */
export interface StashPin {
  readonly ref: string;
  readonly commit: string;
  /** The session's id as the ref has it; an agent can write refs, so it may be any word. */
  readonly session: string;
}

/** More entries than that are not looked at, the oldest last. */
const MOST_ENTRIES = 200;
const NAME = /^[0-9a-f]{40,64}$/;

/** The entries that `git stash list` shows, the newest first. */
export async function listStash(folder: string): Promise<string[]> {
  const args = ['rev-list', '--walk-reflogs', `--max-count=${MOST_ENTRIES}`, 'refs/stash', '--'];
  return linesOf(await gitTry(folder, args)).filter((line) => NAME.test(line));
}

/** The entries that sessions made, of this repository. */
export async function listPins(folder: string): Promise<StashPin[]> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', STASH_PINS];
  return linesOf(await gitTry(folder, args)).flatMap((line) => {
    const [commit = '', ref = ''] = line.split(' ');
    const [session = '', entry] = ref.slice(STASH_PINS.length).split('/');
    return entry === commit ? [{ ref, commit, session }] : [];
  });
}

/** Removes a pin, as long as it still names that entry. */
export async function removePin(folder: string, { ref, commit }: StashPin): Promise<void> {
  await git(folder, ['update-ref', '-d', ref, commit]);
}

/** What git has of these entries; a name that is not an entry is left out. */
export async function readStashEntries(
  folder: string,
  commits: readonly string[],
): Promise<Map<string, StashEntry>> {
  const entries = new Map<string, StashEntry>();
  for (const commit of commits.slice(0, MOST_ENTRIES)) {
    const facts = await gitTry(folder, [
      'log',
      '--no-walk',
      '--no-show-signature',
      '--format=%P%n%s',
      commit,
      '--',
    ]);
    const [parents = '', subject = ''] = (facts ?? '').split('\n');
    const [base, index, untracked] = parents.split(' ');
    if (base === undefined || index === undefined) continue;
    const tracked = await readContents(folder, base, commit);
    const others = untracked === undefined ? [] : await readTree(folder, untracked);
    entries.set(commit, { commit, subject, base, files: new Map([...tracked, ...others]) });
  }
  return entries;
}

const RAW = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-ext-diff'];

/** What a commit changes against another one. */
async function readContents(folder: string, from: string, to: string): Promise<FileContents> {
  const text = await gitOutput(folder, [...RAW, from, to, '--']);
  return parseRaw(text).get('') ?? new Map<string, string | null>();
}

/** What each of these commits changes itself; merges are left out. */
export async function readCommitContents(
  folder: string,
  commits: readonly string[],
): Promise<ReadonlyMap<string, FileContents>> {
  return parseRaw(await gitAbout(folder, [...RAW, '--root', '--stdin'], commits));
}

/** By the name of the commit, which stands before its changes; by the empty name where none stands there. */
function parseRaw(text: string): Map<string, FileContents> {
  const contents = new Map<string, FileContents>();
  const fields = text.split('\0');
  let current = new Map<string, string | null>();
  contents.set('', current);
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] ?? '';
    if (NAME.test(field)) contents.set(field, (current = new Map()));
    const created = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) /.exec(field)?.[1];
    // The path follows in a field of its own, whatever it holds.
    if (created !== undefined) current.set(fields[++index] ?? '', /^0+$/.test(created) ? null : created);
  }
  return contents;
}

/** The files of a commit, or those of them that are asked for. */
export async function readTree(
  folder: string,
  commit: string,
  paths: readonly string[] = [],
): Promise<FileContents> {
  const env = { GIT_LITERAL_PATHSPECS: '1' };
  const text = await gitTry(folder, ['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths], { env });
  const lines = (text ?? '').split('\0');
  return new Map(
    lines.flatMap((line) => {
      const [, blob, path] = /^\d+ blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
      return blob === undefined || path === undefined ? [] : [[path, blob] as const];
    }),
  );
}

/** The patch id of what happens to one file between two commits; null where nothing does. */
export async function readFilePatchId(
  folder: string,
  from: string,
  to: string,
  path: string,
): Promise<string | null> {
  const args = [
    'diff-tree',
    '-p',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--no-renames',
    from,
    to,
    '--',
    path,
  ];
  const diff = await gitTry(folder, args, { env: { GIT_LITERAL_PATHSPECS: '1' } });
  if (diff === null || diff === '') return null;
  const id = await gitTry(folder, ['patch-id', '--stable'], { input: `${diff}\n` });
  return id?.split(' ')[0] ?? null;
}

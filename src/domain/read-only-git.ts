import type { ShellWord } from '../lib/shell-commands.ts';
import { FOLLOWED_GIT, READING_GIT, READING_GIT_FORMS, WRITING_GIT_OPTIONS } from './read-only-programs.ts';

/** The subcommand and what follows it, without git's own options before it. */
export function gitWords(args: readonly ShellWord[]): string[] {
  const at = subcommandAt(args);
  return args.slice(at).map(({ text }) => text);
}

const WITH_VALUE = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
]);

function subcommandAt(args: readonly ShellWord[]): number {
  let at = 0;
  while (at < args.length && (args[at]?.text ?? '').startsWith('-'))
    at += WITH_VALUE.has(args[at]?.text ?? '') ? 2 : 1;
  return at;
}

/** `-c` may name a program that git then runs; these keys only say how something is shown. */
const SHOWS_ONLY =
  /^(?:color\.|column\.|core\.(?:quotepath|abbrev)=|core\.pager=(?:cat|less)?$|log\.|diff\.(?:renames|renamelimit|noprefix|algorithm)=|safe\.directory=|advice\.)/i;

/** Whether a call of git changes nothing that a session could deliver. */
export function isReadingGit(args: readonly ShellWord[]): boolean {
  const at = subcommandAt(args);
  const own = args.slice(0, at).map(({ text }) => text);
  if (own.some((text) => text.startsWith('--config-env') || text.startsWith('--exec-path='))) return false;
  if (own.some((text, index) => text === '-c' && !SHOWS_ONLY.test(own[index + 1] ?? ''))) return false;
  const [subcommand, ...rest] = args.slice(at);
  if (subcommand === undefined) return true;
  if (subcommand.isDynamic) return false;
  const texts = rest.map(({ text }) => text);
  const name = subcommand.text;
  if (FOLLOWED_GIT.has(name)) return true;
  if (READING_GIT.has(name)) return !writes(name, texts);
  if (name === 'branch') return isReadingBranch(texts);
  if (name === 'tag') return isReadingTag(texts);
  const plain = texts.filter((text) => !SCOPE.has(text));
  const [first = ''] = plain;
  if (name === 'reflog') return !/^(?:expire|delete|drop|write)$/.test(first);
  if (name === 'remote' && /^(?:-v|--verbose)$/.test(first)) return plain.length === 1;
  // `git config KEY` shows; with a value it sets.
  if (name === 'config' && plain.length === 1 && /^[a-z]/i.test(first) && first !== 'edit') return true;
  return READING_GIT_FORMS.get(name)?.includes(first) ?? false;
}

const SCOPE = new Set(
  '--global --local --system --worktree --show-origin --show-scope --null --name-only'.split(' '),
);

/** `-O` orders the files of a diff, and opens those that grep finds. */
function writes(name: string, texts: readonly string[]): boolean {
  const end = texts.indexOf('--');
  return texts.slice(0, end === -1 ? undefined : end).some((text) =>
    WRITING_GIT_OPTIONS.some((option) => {
      if (option === '-O') return name === 'grep' && text.startsWith('-O');
      return text === option || text.startsWith(`${option}=`);
    }),
  );
}

const LISTS = /^(?:-l|--list|--contains|--no-contains|--merged|--no-merged|--points-at)(?:=|$)/;
const SHOWS =
  /^(?:-[arvi]+|--all|--remotes|--verbose|--show-current|--sort(?:=.*)?|--format(?:=.*)?|--(?:no-)?c(?:olor|olumn).*|--ignore-case|--abbrev.*)$/;

/** Without a name it lists; with one it makes, moves or removes a branch. */
function isReadingBranch(texts: readonly string[]): boolean {
  const isListing = texts.some((text) => LISTS.test(text));
  return texts.every((text) => LISTS.test(text) || SHOWS.test(text) || (isListing && !text.startsWith('-')));
}

function isReadingTag(texts: readonly string[]): boolean {
  const isListing = texts.some((text) => LISTS.test(text) || /^-n\d*$/.test(text));
  return texts.every(
    (text) =>
      LISTS.test(text) || SHOWS.test(text) || /^-n\d*$/.test(text) || (isListing && !text.startsWith('-')),
  );
}

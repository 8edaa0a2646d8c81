/** The refs of the repository when a session started. */
export interface StartRefs {
  /** Every ref's commit. */
  readonly tips: readonly string[];
  /** The full names of branches, local and of remotes; null where an older stint noted none. */
  readonly branches: ReadonlySet<string> | null;
}

const LINE = /^([0-9a-f]{40,64})(?: (refs\/(?:heads|remotes)\/.+))?$/;

/** A line for each: its commit, and its name where it is a branch. */
export function writeStartRefs(
  refs: readonly { readonly name: string; readonly sha: string }[],
  base: string | null,
): string {
  const lines = refs.map(({ name, sha }) => (/^refs\/(heads|remotes)\//.test(name) ? `${sha} ${name}` : sha));
  return [...new Set(base === null ? lines : [...lines, base])].join('\n');
}

/** Lines that are none are left out. */
export function readStartRefs(text: string): StartRefs {
  const lines = text.split('\n').flatMap((line) => {
    const [, sha, name] = LINE.exec(line) ?? [];
    return sha === undefined ? [] : [{ sha, name }];
  });
  const names = lines.flatMap(({ name }) => name ?? []);
  return {
    tips: [...new Set(lines.map(({ sha }) => sha))],
    branches: names.length === 0 ? null : new Set(names),
  };
}

/** Whether a local branch was there, or a branch of that name at a remote; true where that is not known. */
export function wasThere({ branches }: StartRefs, ref: string): boolean {
  if (branches === null || branches.has(ref)) return true;
  const name = ref.slice('refs/heads/'.length);
  for (const each of branches) if (each.startsWith('refs/remotes/') && each.endsWith(`/${name}`)) return true;
  return false;
}

import { gitAbout, linesOf } from './git.ts';
import { askTogether } from '../lib/ask-together.ts';

/** The whole names of those of the commits that git has, in the order asked. @param names whole or shortened */
export async function listCommits(folder: string, names: readonly string[]): Promise<string[]> {
  const found = await findObjects(folder, names);
  return names.flatMap((name) => /^([0-9a-f]{40,64}) commit$/.exec(found.get(name) ?? '')?.[1] ?? []);
}

/** By name: the whole name and type, or that git does not have it. */
const findObjects = askTogether(async (folder, names) => {
  const answers = await askEach(folder, names, '%(objectname) %(objecttype)');
  return new Map(names.map((name, i) => [name, answers[i] ?? '']));
});

/** Whether each `commit:path` is a file that git has. */
export async function areFiles(folder: string, names: readonly string[]): Promise<boolean[]> {
  return (await askEach(folder, names, '%(objecttype)')).map((line) => line === 'blob');
}

/** Asks in one line for each name; names contain no line break. */
async function askEach(folder: string, names: readonly string[], format: string): Promise<string[]> {
  return linesOf(await gitAbout(folder, ['cat-file', `--batch-check=${format}`], names));
}

import { gitAbout, linesOf } from './git.ts';

/** The whole names of those of the commits that git has, in the order asked. @param names whole or shortened */
export async function listCommits(folder: string, names: readonly string[]): Promise<string[]> {
  const answers = await askEach(folder, names, '%(objectname) %(objecttype)');
  return answers.flatMap((line) => /^([0-9a-f]{40,64}) commit$/.exec(line)?.[1] ?? []);
}

/** Whether each `commit:path` is a file that git has. */
export async function areFiles(folder: string, names: readonly string[]): Promise<boolean[]> {
  return (await askEach(folder, names, '%(objecttype)')).map((line) => line === 'blob');
}

/** Asks in one line for each name; names contain no line break. */
async function askEach(folder: string, names: readonly string[], format: string): Promise<string[]> {
  return linesOf(await gitAbout(folder, ['cat-file', `--batch-check=${format}`], names));
}

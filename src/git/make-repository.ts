import { gitOutput } from './git.ts';

/**
 * Makes a repository of the files in a folder, with one commit on `main`.
 *
 * @throws Problem `git_failed`
 */
export async function makeRepository(
  folder: string,
  settings: Readonly<Record<string, string>>,
  message: string,
): Promise<void> {
  await gitOutput(folder, ['init', '--quiet', '--initial-branch=main']);
  for (const [key, value] of Object.entries(settings)) await gitOutput(folder, ['config', key, value]);
  await gitOutput(folder, ['add', '--all']);
  await gitOutput(folder, ['commit', '--quiet', '--message', message]);
}

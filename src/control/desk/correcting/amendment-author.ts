import { userInfo } from 'node:os';
import { readSetting } from '../../../git/names.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import type { Project } from '../../project/project.ts';

const LONGEST_NAME = 200;

/** Who amends, as git would call them; never empty. */
export async function amendmentAuthor(project: Pick<Project, 'repository' | 'env'>): Promise<string> {
  const { repository, env } = project;
  const read = async (key: string): Promise<string> =>
    oneLine((await readSetting(repository.top, key)) ?? '', LONGEST_NAME).trim();
  const name = await read('user.name');
  const email = await read('user.email');
  if (name !== '' && email !== '') return `${name} <${email}>`;
  return [name, email, env['USER'], env['LOGNAME']].find((each) => each) ?? knownUser();
}

function knownUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`; // A user id without an entry, as in many containers.
  }
}

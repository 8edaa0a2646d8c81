import { userInfo } from 'node:os';
import { readSetting } from '../../../git/names.ts';
import { correctVerdict } from '../../../judge/correct-verdict.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { requireSession } from '../../custody/find-sessions.ts';
import type { Project } from '../../project/project.ts';
import type { AmendRequest, Proposal } from './amend.ts';

/** What a person says of a session, in their name; the judge decides what follows from it, or that it cannot be. */
export async function proposeCorrection(
  project: Project,
  { session, verdict, facts, why }: Extract<AmendRequest, { kind: 'said' }>,
): Promise<Proposal> {
  const sessionId = await requireSession(project, session);
  const who = await amendmentAuthor(project);
  const saysVerdict = Object.keys(verdict).length > 0;
  return {
    stamp: { sessionId, at: project.clock.now().toISOString(), who, why },
    decide: (record) => ({
      facts,
      ...(saysVerdict ? { verdict: correctVerdict(record, verdict, `${why} (${who})`) } : {}),
    }),
  };
}

const LONGEST_NAME = 200;

/** Who amends, as git would call them; never empty. */
async function amendmentAuthor(project: Pick<Project, 'repository' | 'env'>): Promise<string> {
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

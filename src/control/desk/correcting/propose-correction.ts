import { userInfo } from 'node:os';
import type { LaterFacts } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { readSetting } from '../../../git/names.ts';
import { correctVerdict, type SaidVerdict } from '../../../judge/correct-verdict.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import type { Project } from '../../project/project.ts';
import type { Proposal } from './amend.ts';

/** A person's correction, as it was typed. */
interface SaidCorrection {
  readonly id: SessionId;
  readonly verdict: SaidVerdict;
  readonly facts: LaterFacts;
  readonly why: string;
}

/** What a person says of a session, in their name; the judge decides what follows from it, or that it cannot be. */
export async function proposeCorrection(
  project: Project,
  { id, verdict, facts, why }: SaidCorrection,
): Promise<Proposal> {
  const who = await amendmentAuthor(project);
  const saysVerdict = Object.keys(verdict).length > 0;
  return {
    stamp: { sessionId: id, at: project.clock.now().toISOString(), who, why },
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

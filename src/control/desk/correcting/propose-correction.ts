import { correctVerdict } from '../../../judge/correct-verdict.ts';
import { requireSession } from '../../custody/find-sessions.ts';
import type { Project } from '../../project/project.ts';
import type { AmendRequest, Proposal } from './amend.ts';
import { amendmentAuthor } from './amendment-author.ts';

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

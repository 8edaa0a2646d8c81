import type { LaterFacts } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { correctVerdict, type SaidVerdict } from '../../../judge/correct-verdict.ts';
import type { Proposal } from './amend.ts';
import { amendmentAuthor } from './amendment-author.ts';
import type { Project } from '../../project/project.ts';

/** A person's correction, as it was typed. */
export interface SaidCorrection {
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

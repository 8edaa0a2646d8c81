import { isCorrectedByPerson, type Correction, type StintAuthor } from '../../../domain/amendment.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import type { ForgeNews } from '../../../domain/forge.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import { judgeAgain } from '../../../judge/judge.ts';
import { hearForge } from '../../../judge/later-news.ts';
import { findEvidence } from '../../../store/evidence.ts';
import { findRecord } from '../../../store/records.ts';
import type { Proposal } from './amend.ts';
import type { Project } from '../../project/project.ts';

const MOST_REASONS = 5;

/**
 * What the forge says of sessions now, where their records do not know it yet. Where a person has said what the verdict
 * is, the facts are added and the verdict stays.
 */
export async function proposeForgeNews(
  project: Pick<Project, 'store' | 'clock'>,
  news: ReadonlyMap<SessionId, ForgeNews>,
): Promise<Proposal[]> {
  const who: StintAuthor = 'stint:delayed';
  const at = project.clock.now().toISOString();
  const proposals: Proposal[] = [];
  for (const [sessionId, ofSession] of news) {
    const history = await findRecord(project.store, sessionId);
    const evidence = await findEvidence(project.store, sessionId);
    if (!history || !evidence) continue;
    const { because } = hearForge(history.record, evidence, ofSession);
    if (because.length === 0) continue;
    const isVerdictFinal = isCorrectedByPerson(history.amendments);
    proposals.push({
      stamp: { sessionId, at, who, why: joinReasons(because) },
      decide: (record) => hear(record, evidence, ofSession, isVerdictFinal),
    });
  }
  return proposals;
}

function hear(
  record: SessionRecord,
  evidence: Evidence,
  news: ForgeNews,
  isVerdictFinal: boolean,
): Correction {
  const { because, facts } = hearForge(record, evidence, news);
  if (because.length === 0) return {};
  return isVerdictFinal ? { facts } : { facts, verdict: judgeAgain({ ...record, ...facts }, evidence) };
}

function joinReasons(because: readonly string[]): string {
  const more = because.length - MOST_REASONS;
  return `the forge: ${because.slice(0, MOST_REASONS).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

import { isCorrectedByPerson, type Correction } from '../../../domain/amendment.ts';
import type { Evidence } from '../../../domain/evidence.ts';
import type { ForgeNews } from '../../../domain/forge.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import { judgeAgain } from '../../../judge/judge.ts';
import { hearForge } from '../../../judge/later-news.ts';
import type { Project } from '../../project/project.ts';
import { proposeEach, type Proposal } from './amend.ts';

const MOST_REASONS = 5;

/**
 * What the forge says of sessions now, where their records do not know it yet. Where a person has said what the verdict
 * is, the facts are added and the verdict stays.
 */
export async function proposeForgeNews(
  project: Pick<Project, 'store' | 'clock'>,
  news: ReadonlyMap<SessionId, ForgeNews>,
): Promise<Proposal[]> {
  return proposeEach(project, 'stint:delayed', news.keys(), ({ record, amendments }, evidence) => {
    const ofSession = news.get(record.id);
    if (!ofSession || !evidence) return null;
    const { because } = hearForge(record, evidence, ofSession);
    if (because.length === 0) return null;
    const isVerdictFinal = isCorrectedByPerson(amendments);
    return { why: joinReasons(because), decide: (now) => hear(now, evidence, ofSession, isVerdictFinal) };
  });
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

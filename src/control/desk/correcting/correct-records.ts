import type { SessionRecord } from '../../../domain/record.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { tellTrouble } from '../../project/event-stream.ts';
import type { Project } from '../../project/project.ts';
import { amend, type AmendedSession, type AmendRequest, type Proposed } from './amend.ts';
import { askAboutSessions, type ForgeRound } from './ask-about-sessions.ts';
import { proposeCorrection } from './propose-correction.ts';
import { proposeForgeNews } from './propose-forge-news.ts';
import { proposeLaterTruth } from './propose-later-truth.ts';
import { proposeRejudging } from './propose-rejudging.ts';

/** The changes that a request makes, or would make. */
export interface AmendResult {
  readonly isWritten: boolean;
  readonly amended: readonly (Pick<SessionRecord, 'id' | 'outcome' | 'grade' | 'category'> &
    Pick<AmendedSession, 'amendments'>)[];
  /** Sessions that stay as they are, and why. */
  readonly left: Proposed['left'];
}

/** A correction that a caller can preview, then write; both use the same answers of the forge. */
export function correction(request: AmendRequest, cancelled: AbortSignal) {
  let round: ForgeRound | null = null;
  return async (project: Project, isWritten: boolean): Promise<AmendResult> => {
    if (request.kind === 'delayed') round ??= await askForge(project, request.since, cancelled);
    const { proposals, left } = await propose(project, request, round);
    const amended = await amend(project, proposals, isWritten);
    return {
      isWritten,
      amended: amended.map(({ id, amendments, record: { outcome, grade, category } }) => {
        return { id, outcome, grade, amendments, category };
      }),
      left,
    };
  };
}

async function propose(project: Project, request: AmendRequest, round: ForgeRound | null): Promise<Proposed> {
  switch (request.kind) {
    case 'said':
      return { proposals: [await proposeCorrection(project, request)], left: [] };
    case 'rejudge':
      return proposeRejudging(project, request);
    case 'delayed': {
      const heard = await proposeForgeNews(project, round?.news ?? new Map());
      return { proposals: [...heard, ...(await proposeLaterTruth(project, request.since))], left: [] };
    }
  }
}

async function askForge(
  project: Project,
  since: string | undefined,
  cancelled: AbortSignal,
): Promise<ForgeRound> {
  const round = await askAboutSessions(project, { since, cancelled });
  if (round.trouble !== null)
    tellTrouble(
      project,
      `the forge could not be asked: ${oneLine(round.trouble, 200)}. What git alone can tell is told.`,
    );
  return round;
}

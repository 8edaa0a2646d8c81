import type { FindingKind } from '../../../domain/finding.ts';
import { Problem } from '../../../lib/problem.ts';
import { acceptFindings, listAccepted } from '../../../store/accepted-findings.ts';
import type { Project } from '../../project/project.ts';
import { amendmentAuthor } from './amendment-author.ts';
import { type AuditOptions, type AuditReport, auditRecords, type NamedFinding } from './audit.ts';

export interface AcceptRequest extends AuditOptions {
  readonly kind: FindingKind;
  readonly why: string;
}

/**
 * The undecided findings of a kind; none where all are accepted already.
 *
 * @throws Problem `nothing_to_accept` where a person has nothing to decide
 */
export async function listAcceptable(
  project: Project,
  { kind, threshold }: AcceptRequest,
): Promise<readonly NamedFinding[]> {
  const { findings } = await auditRecords(project, { threshold });
  const named = findings.filter((finding) => finding.kind === kind);
  const undecided = named.filter(({ isDecided }) => !isDecided);
  if (undecided.length > 0) return undecided;
  if (named.length === 0 && (await listAccepted(project.store)).some((accepted) => accepted.kind === kind))
    return [];
  throw named.length === 0
    ? nothingToAccept(`The audit has no finding of kind ${kind}.`, '`stint audit` lists what there is.')
    : nothingToAccept(
        `Evidence decides ${named.length === 1 ? 'the one finding' : `all ${named.length} findings`} of ${kind}.`,
        '`stint audit --fix` amends what evidence decides.',
      );
}

/** Notes that a person has seen the undecided findings of a kind, and leaves them as they are. */
export async function acceptKind(project: Project, request: AcceptRequest): Promise<AuditReport> {
  const { kind, why, threshold } = request;
  const at = project.clock.now().toISOString();
  const who = await amendmentAuthor(project);
  const undecided = await listAcceptable(project, request);
  await acceptFindings(
    project.store,
    undecided.map(({ sessionId, detail }) => ({ kind, sessionId, detail, at, who, why })),
  );
  return auditRecords(project, { threshold });
}

function nothingToAccept(sentence: string, hint: string): Problem {
  return new Problem('nothing_to_accept', sentence, hint);
}

import type { FilesRequest } from '../stint/data.ts';
import type { Stint } from '../stint/stint.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { placeOf, stintOf } from './open.ts';
import { answer, note, printJson, printWrapped } from './print.ts';
import { renderNothing, renderReliability } from './render-reliability.ts';
import { Problem } from '../lib/problem.ts';

export interface ReliabilityOptions extends CommonOptions {
  readonly last?: number;
  readonly recent?: number;
  readonly compare?: number;
  readonly from?: readonly string[];
  readonly attended?: boolean;
}

export async function showReliability(context: CliContext, options: ReliabilityOptions): Promise<void> {
  const last = options.last ?? 100;
  const recent = options.recent ?? options.compare;
  if (recent !== undefined && recent >= last)
    throw new Problem(
      'usage',
      `The newest ${recent} sessions cannot be compared with the others of the last ${last}: there are none.`,
      'Lower --recent, or raise --last.',
    );
  const request = { last, recent: recent ?? 30, isAttended: options.attended === true };
  if (options.from !== undefined) return reportFrom(context, options, { ...request, paths: options.from });
  const stint = stintOf(context, options);
  const report = await stint.reliability(request);
  if (options.json) printJson(report);
  else if (report.sessions > 0) printWrapped(renderReliability(report));
  else printWrapped(await explainEmpty(stint, request.isAttended));
}

/** Why there is nothing to report on, and what there is instead. */
async function explainEmpty(stint: Stint, isAttended: boolean): Promise<string> {
  const others = await stint.reliability({ last: 1, isAttended: !isAttended });
  if (others.sessions === 0) return renderNothing();
  return isAttended
    ? 'No session has a record that a person steered, or may have. Without --attended it reports on the others.'
    : 'No unattended session has a record. --attended reports on those that a person steered, or may have.';
}

/** The same report over files; needs no project. */
async function reportFrom(
  context: CliContext,
  options: ReliabilityOptions,
  request: FilesRequest,
): Promise<void> {
  const { reportFiles } = await import('../stint/outside.ts');
  const { describeTrouble } = await import('./render-import.ts');
  const report = await reportFiles(placeOf(context, options), request);
  const { read } = report;
  for (const sentence of describeTrouble(read)) note(`stint: ${sentence}`);
  answer(report, options, renderReliability, printWrapped);
  if (read.sessions === 0 && read.unreadableLines + read.formatUnknown > 0) process.exitCode = 1;
}

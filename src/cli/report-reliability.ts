import type { ReliabilityReport } from '../report/reliability.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { namedPlace, withProject } from './open.ts';
import { note, printJson, printWrapped, redactOutput } from './print.ts';
import type { Project } from '../control/project/project.ts';
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
  if (options.from !== undefined) return reportFrom(options.from, options, last, recent ?? 30, context);
  await withProject(context, options, 'read', async (project) => {
    const { reportReliability } = await import('../control/desk/report-reliability.ts');
    const report: ReliabilityReport = await reportReliability(
      project,
      last,
      recent ?? 30,
      options.attended === true,
    );
    if (options.json) printJson(report);
    else if (report.sessions > 0) printWrapped(renderReliability(report));
    else printWrapped(await explainEmpty(project, options.attended === true));
  });
}

/** Why there is nothing to report on, and what there is instead. */
async function explainEmpty(project: Project, isAttended: boolean): Promise<string> {
  const { listRecentFacts } = await import('../store/records.ts');
  const [other] = await listRecentFacts(project.store, 1, !isAttended);
  if (!other) return renderNothing();
  return isAttended
    ? 'No session has a record that a person steered, or may have. Without --attended it reports on the others.'
    : 'No unattended session has a record. --attended reports on those that a person steered, or may have.';
}

/** The same report over files; needs no project. */
async function reportFrom(
  paths: readonly string[],
  options: ReliabilityOptions,
  last: number,
  recent: number,
  context: CliContext,
): Promise<void> {
  const { listNamed } = await import('../control/desk/exchange/list-imports.ts');
  const { reportFiles } = await import('../control/desk/exchange/report-files.ts');
  const { redactorAt } = await import('../control/project/project-redactor.ts');
  const { describeTrouble } = await import('./render-import.ts');
  const place = namedPlace(context, options);
  const list = listNamed(place.folder, paths);
  const redactor = await redactorAt(place, options.set ?? [], context.env);
  redactOutput(redactor);
  const { report, read } = reportFiles(list, redactor, last, recent, options.attended === true);
  for (const sentence of describeTrouble(read)) note(`stint: ${sentence}`);
  if (options.json) printJson(report);
  else printWrapped(renderReliability(report));
  if (read.sessions === 0 && read.unreadableLines + read.formatUnknown > 0) process.exitCode = 1;
}

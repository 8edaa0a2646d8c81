import type { Evidence } from '../../../domain/evidence.ts';
import type { SessionId } from '../../../domain/ids.ts';
import type { SessionFiles } from '../../../domain/layout.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { Stop } from '../../../domain/record.ts';
import { describeCommand } from '../../../domain/settings/user-command.ts';
import { totalTokens } from '../../../domain/transcript.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { applyOpinion, canBeLowered, parseOpinion } from '../../../judge/opinion.ts';
import { formatDuration } from '../../../lib/duration.ts';
import { messageOf } from '../../../lib/problem.ts';
import { outerEnvironment } from '../../../run/outer-environment.ts';
import { askUserCommand, type CommandAnswer } from '../../../run/user-command.ts';
import type { Project } from '../../project/project.ts';

/** More is no opinion. */
const LONGEST_ANSWER = 1 << 16;

export interface JudgeRequest {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly files: SessionFiles;
  readonly cancelled: AbortSignal;
}

/** The verdict after the user's judge command, where there is one, and what went wrong with it. */
export async function hearJudgeCommand(
  project: Project,
  request: JudgeRequest,
  stop: Stop,
  evidence: Evidence,
  verdict: Verdict,
): Promise<{ verdict: Verdict; warnings: readonly string[] }> {
  const { judge, judgeTimeoutMs } = request.plan;
  if (!judge || !canBeLowered(verdict)) return { verdict, warnings: [] };
  const { redactor } = project;
  const question = {
    sessionId: request.id,
    command: judge,
    folder: project.repository.top,
    env: outerEnvironment(project.env),
    contain: request.plan.supervise.contain,
    logFile: request.files.judgeLog,
    timeoutMs: judgeTimeoutMs,
    cancelled: request.cancelled,
    redactor,
    input: `${JSON.stringify(redactor.value(composeQuestion(request, stop, evidence, verdict)))}\n`,
    longestAnswer: LONGEST_ANSWER,
  };
  const ignored = (because: string) => ({
    verdict,
    warnings: [`the judge command (${describeCommand(judge)}) changed nothing: ${because}`],
  });
  let answer: CommandAnswer;
  try {
    answer = await askUserCommand(question, project.clock);
  } catch (error) {
    // A full disk, say. The verdict stands, whatever becomes of the command.
    return ignored(messageOf(error));
  }
  const trouble = describeTrouble(answer, judgeTimeoutMs);
  if (trouble !== null || answer.kind !== 'exited') return ignored(trouble ?? '');
  const opinion = parseOpinion(answer.answer);
  if ('refused' in opinion) return ignored(opinion.refused);
  return { verdict: applyOpinion(verdict, opinion), warnings: [] };
}

/** What a judge command reads: the evidence with the usage added up, and the verdict that it may lower. */
function composeQuestion(
  { id, plan }: JudgeRequest,
  stop: Stop,
  evidence: Evidence,
  verdict: Verdict,
): object {
  const { transcript, ...facts } = evidence;
  const { usageByMessage: _, ...said } = transcript;
  return {
    session: id,
    category: plan.category,
    prompt: plan.prompt,
    stop,
    evidence: { ...facts, transcript: { ...said, tokens: totalTokens(transcript) } },
    verdict,
  };
}

function describeTrouble(answer: CommandAnswer, timeoutMs: number): string | null {
  switch (answer.kind) {
    case 'exited':
      return answer.exitCode === 0 ? null : `it exited with ${answer.exitCode}`;
    case 'timed-out':
      return `it ran longer than ${formatDuration(timeoutMs)}`;
    case 'too-long':
      return `it printed more than ${LONGEST_ANSWER} bytes`;
    case 'not-started':
    case 'cancelled':
      return answer.because;
  }
}

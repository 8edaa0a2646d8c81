import type { Evidence } from '../../domain/evidence.ts';
import type { Stop } from '../../domain/record.ts';
import { describeCommand } from '../../domain/settings/user-command.ts';
import { totalTokens } from '../../domain/transcript.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { applyOpinion, canBeLowered, parseOpinion } from '../../judge/opinion.ts';
import { messageOf } from '../../lib/problem.ts';
import type { CommandResult } from '../../run/user-commands.ts';
import type { EndedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';

/** More is no opinion. */
const LONGEST_ANSWER = 1 << 16;

/** The verdict after the user's judge command, where there is one, and what went wrong with it. */
export async function hearJudgeCommand(
  project: Project,
  session: EndedSession,
  stop: Stop,
  evidence: Evidence,
  verdict: Verdict,
): Promise<{ verdict: Verdict; warnings: readonly string[] }> {
  const { judge, judgeTimeoutMs } = session.plan;
  if (!judge || !canBeLowered(verdict)) return { verdict, warnings: [] };
  const ignored = (because: string) => ({
    verdict,
    warnings: [`the judge command (${describeCommand(judge)}) changed nothing: ${because}`],
  });
  let result: CommandResult;
  try {
    result = await project.commands.run({
      command: judge,
      session,
      isOutside: true,
      logFile: session.files.judgeLog,
      timeoutMs: judgeTimeoutMs,
      cancelled: session.cancelled,
      input: `${JSON.stringify(project.redactor.value(composeQuestion(session, stop, evidence, verdict)))}\n`,
      longestAnswer: LONGEST_ANSWER,
    });
  } catch (error) {
    // A full disk, say. The verdict stands, whatever becomes of the command.
    return ignored(messageOf(error));
  }
  if (result.trouble !== null) return ignored(`it ${result.trouble}`);
  const opinion = parseOpinion(result.answer);
  if ('refused' in opinion) return ignored(opinion.refused);
  return { verdict: applyOpinion(verdict, opinion), warnings: [] };
}

/** What a judge command reads: the evidence with the usage added up, and the verdict that it may lower. */
function composeQuestion(
  { id, plan }: EndedSession,
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

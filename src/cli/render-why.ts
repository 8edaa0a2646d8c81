import type { Evidence } from '../domain/evidence.ts';
import { FAILURE_MODES, type FailureMode } from '../domain/failure-mode.ts';
import type { ModelUsage, SessionRecord } from '../domain/record.ts';
import { totalsByModel } from '../domain/usage-by-model.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf, formatTokens } from '../lib/quantities.ts';
import { gradeText } from './print.ts';
import { effectLines, rangeLines, SEEN_BY } from './render-evidence.ts';

/** So many of a kind are shown; all of them are in the JSON. */
const MOST = 10;

/**
 * The facts behind outcome, grade and each mode, group by group; a group without facts is left out.
 *
 * @param evidence what it was judged by; null for a record that came without any
 */
export function whyLines(record: SessionRecord, evidence: Evidence | null): string[] {
  const [outcome, ...others] = record.reasons;
  // What a mode and the check say stands with the mode and the check.
  const isElsewhere = (reason: string): boolean =>
    reason.startsWith('check: ') || record.failureModes.some((mode) => reason.startsWith(`${mode}: `));
  return [
    'why',
    ...group('outcome', [outcome ?? record.outcome, ...others.filter((reason) => !isElsewhere(reason))]),
    ...group('grade', gradeLines(record)),
    ...group(
      'modes',
      record.failureModes.map((mode) => modeLine(mode, record)),
    ),
    ...group(
      'commits counted',
      record.commitDetails.map(
        ({ sha, lines, source }) => `${sha.slice(0, 12)}, ${countOf(lines, 'line')}: ${SEEN_BY[source]}`,
      ),
    ),
    ...group(
      'not counted',
      record.notCounted.map(({ sha, because }) => `${sha.slice(0, 12)}: ${because}`),
    ),
    ...group('range', rangeLines(record)),
    ...group(
      'results',
      effectLines(record).map((line) => line.trim()),
    ),
    ...group('check', [`${record.check.result}: ${record.check.detail}`]),
    ...group('loop', loopLines(record, evidence)),
    ...group('agent and provider', endLines(record, evidence)),
    ...group('tokens by model', totalsByModel(record.usageByModel ?? []).map(usageLine)),
    ...group('warnings', record.warnings),
    ...group('judge', [
      `version ${record.judgeVersion}; ${beliefWords(record)}`,
      ...(evidence ? [] : ['no evidence is stored with this record']),
    ]),
  ];
}

function group(title: string, facts: readonly string[]): string[] {
  if (facts.length === 0) return [];
  const more = facts.length - MOST;
  return [
    `  ${title}`,
    ...facts.slice(0, MOST).map((fact) => `    ${oneLine(fact, 300)}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

function gradeLines({ grade, gradeParts: parts, outcome }: SessionRecord): string[] {
  if (grade === null) return [`none: ${outcome} says nothing about the work`];
  if (!parts) return [`${gradeText(grade)} for ${outcome}`];
  const { delivery, quality, closure } = parts;
  return [
    `${gradeText(grade)} of 0.10 + 0.90 × delivery ${delivery.toFixed(2)} × quality ${quality.toFixed(2)} × closure ${closure.toFixed(2)}`,
  ];
}

/** A mode with the fact that caused it, and what to do. */
function modeLine(mode: FailureMode, { reasons }: SessionRecord): string {
  const { class: of, cause, fix, rule } = FAILURE_MODES[mode];
  // A noop's first reason is that of its outcome; the last one is the mode's.
  const fact = reasons.findLast((reason) => reason.startsWith(`${mode}: `))?.slice(mode.length + 2) ?? rule;
  return `${mode} (${of}): ${oneLine(fact, 150)}. Likely ${cause}; ${fix}`;
}

function loopLines({ declared, uncommitted }: SessionRecord, evidence: Evidence | null): string[] {
  const { openTodos = null, openCalls = [], questions = [] } = evidence?.transcript ?? {};
  return [
    ...(openTodos === null ? [] : [`${openTodos} open in its todo list`]),
    ...openCalls.map(({ tool, summary }) => `without an answer: ${tool} ${oneLine(summary, 100)}`),
    ...questions.map((question) => `it asked: ${oneLine(question, 150)}`),
    ...(uncommitted ?? []).map((file) => `uncommitted: ${oneLine(file, 120)} (git status of its worktree)`),
    ...(declared
      ? [`declared ${declared.kind}: ${declared.reason} (stint declare, a claim of its own)`]
      : []),
  ];
}

function endLines(record: SessionRecord, evidence: Evidence | null): string[] {
  const { stop, observedCategory } = record;
  const exit =
    stop.exitCode === null ? '' : ` (exit ${stop.exitCode}${stop.signal ? `, ${stop.signal}` : ''})`;
  return [
    `ended ${stop.reason}: ${stop.because}${exit}`,
    ...(evidence ? transcriptLines(evidence) : []),
    ...(observedCategory === null ? [] : [`the files it touched are of ${observedCategory}`]),
    ...processLines(record),
  ];
}

function processLines({ leftovers, survivors = [], containment = null }: SessionRecord): string[] {
  return [
    ...leftovers.map((command) => `ended after it: ${command}`),
    ...survivors.map((command) => `could not be ended: ${command}`),
    ...(containment === 'cgroup' ? ['a cgroup of its own named every process of it'] : []),
    ...(containment === 'none'
      ? ['it had no cgroup of its own: who left its tree unseen and cleared its environment was not found']
      : []),
  ];
}

function transcriptLines({ transcript, hasEvents, gitTrouble }: Evidence): string[] {
  const { ended, trouble, limit, answers, deniedTools, toolErrors, unreadableLines } = transcript;
  return [
    hasEvents ? `${answers} answers of the model, ${toolErrors} tool errors` : 'its format shows no events',
    ...(ended ? [`its result: ${ended.isError ? 'an error' : 'no error'} (${ended.subtype})`] : []),
    ...(limit ? [`at its limit: ${limit.detail}`] : []),
    ...(trouble ? [`${trouble.error}: ${trouble.message}`] : []),
    ...(deniedTools.length > 0 ? [`refused: ${[...new Set(deniedTools)].join(', ')}`] : []),
    ...(unreadableLines > 0 ? [`lines that could not be read: ${unreadableLines}`] : []),
    ...(gitTrouble === null ? [] : [`git: ${gitTrouble}`]),
  ];
}

function usageLine({
  model,
  isSubagent,
  messages,
  tokens,
}: Pick<ModelUsage, 'model' | 'isSubagent' | 'messages' | 'tokens'>): string {
  const { input, output, cacheRead, cacheWrite } = tokens;
  const counts = [
    [input, 'in'],
    [output, 'out'],
    [cacheRead, 'from the cache'],
    [cacheWrite, 'into the cache'],
  ] as const;
  const told = counts.flatMap(([count, what]) => (count === null ? [] : `${formatTokens(count)} ${what}`));
  const who = `${model === null ? 'no model named' : oneLine(model, 60)}${isSubagent ? ' (helpers)' : ''}`;
  return `${who}: ${countOf(messages, 'message')}, ${told.length === 0 ? 'not reported' : told.join(', ')}`;
}

function beliefWords({ source, feedsBelief }: SessionRecord): string {
  if (source === 'import') return 'imported: it moves a belief only with learn.imported';
  return feedsBelief ? 'it feeds the beliefs' : 'it moves no belief';
}

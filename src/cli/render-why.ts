import type { Amendment } from '../domain/amendment.ts';
import { nameOfWork, outstandingWork } from '../domain/background-work.ts';
import type { CommitSource, Effect, Evidence } from '../domain/evidence.ts';
import { FAILURE_MODES, type FailureMode } from '../domain/failure-mode.ts';
import type { SessionRecord } from '../domain/record.ts';
import { openSteps } from '../domain/transcript.ts';
import { totalsByModel } from '../domain/usage-by-model.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf, formatTokens } from '../lib/quantities.ts';
import { gradeText, linesOf, valueText } from './print.ts';

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
  const groups: Readonly<Record<string, readonly string[]>> = {
    outcome: [outcome ?? record.outcome, ...others.filter((reason) => !isElsewhere(reason))],
    grade: [gradeLine(record)],
    modes: record.failureModes.map((mode) => modeLine(mode, record)),
    'commits counted': record.commitDetails.map(
      (commit) => `${commit.sha.slice(0, 12)}, ${countOf(commit.lines, 'line')}: ${seenBy(commit)}`,
    ),
    'not counted': record.notCounted.map(({ sha, because }) => `${sha.slice(0, 12)}: ${because}`),
    'edited by its own calls': editLines(record),
    range: rangeLines(record),
    results: effectLines(record).map((line) => line.trim()),
    check: [`${record.check.result}: ${record.check.detail}`],
    loop: loopLines(record, evidence),
    'agent and provider': endLines(record, evidence),
    'tokens by model': totalsByModel(record.usageByModel ?? []).map(usageLine),
    warnings: record.warnings,
    judge: linesOf(
      `version ${record.judgeVersion}; ${beliefWords(record)}`,
      !evidence && 'no evidence is stored with this record',
    ),
  };
  return ['why', ...Object.entries(groups).flatMap(([title, facts]) => group(title, facts))];
}

function group(title: string, facts: readonly string[]): string[] {
  if (facts.length === 0) return [];
  const more = facts.length - MOST;
  const shown = facts.slice(0, MOST).map((fact) => `    ${oneLine(fact, 300)}`);
  return linesOf(`  ${title}`, shown, more > 0 && `    and ${more} more`);
}

function gradeLine({ grade, gradeParts: parts, outcome }: SessionRecord): string {
  if (grade === null) return `none: ${outcome} says nothing about the work`;
  if (!parts) return `${gradeText(grade)} for ${outcome}`;
  const { delivery, quality, closure } = parts;
  return `${gradeText(grade)} of 0.10 + 0.90 × delivery ${delivery.toFixed(2)} × quality ${quality.toFixed(2)} × closure ${closure.toFixed(2)}`;
}

/** A mode with the fact that caused it, and what to do. */
function modeLine(mode: FailureMode, { reasons }: SessionRecord): string {
  const { class: of, cause, fix, rule } = FAILURE_MODES[mode];
  // A noop's first reason is that of its outcome; the last one is the mode's.
  const fact = reasons.findLast((reason) => reason.startsWith(`${mode}: `))?.slice(mode.length + 2) ?? rule;
  return `${mode} (${of}): ${oneLine(fact, 150)}. Likely ${cause}; ${fix}`;
}

function loopLines({ declared, uncommitted }: SessionRecord, evidence: Evidence | null): string[] {
  const { openCalls = [], questions = [] } = evidence?.transcript ?? {};
  const works = evidence ? outstandingWork(evidence.transcript) : [];
  const steps = evidence && openSteps(evidence.transcript);
  return linesOf(
    steps !== null && `${steps} open in its todo list`,
    openCalls.map(({ tool, summary }) => `without an answer: ${tool} ${oneLine(summary, 100)}`),
    works.map(({ work, summary }) => `not told to be over: ${nameOfWork(work)} ${oneLine(summary, 100)}`),
    questions.map((question) => `it asked: ${oneLine(question, 150)}`),
    uncommitted?.map((file) => `uncommitted: ${oneLine(file, 120)} (git status of its worktree)`),
    declared && `declared ${declared.kind}: ${declared.reason} (stint declare, a claim of its own)`,
  );
}

function editLines({ edits }: SessionRecord): string[] {
  if (edits === undefined) return [];
  const { files, more = 0 } = edits;
  const shown = files.slice(0, MOST - 1);
  const rest = files.length - shown.length + more;
  return linesOf(...shown, rest > 0 && `and ${countOf(rest, 'file')} more`);
}

function endLines(record: SessionRecord, evidence: Evidence | null): string[] {
  const { stop, observedCategory, leftovers, survivors = [], containment = null, durationClock } = record;
  const exit =
    stop.exitCode === null ? '' : ` (exit ${stop.exitCode}${stop.signal ? `, ${stop.signal}` : ''})`;
  return linesOf(
    `ended ${stop.reason}: ${stop.because}${exit}`,
    evidence && transcriptLines(evidence),
    observedCategory !== null && `by its files or commit types it did the work of ${observedCategory}`,
    leftovers.map((command) => `ended after it: ${command}`),
    survivors.map((command) => `could not be ended: ${command}`),
    durationClock === 'wall' &&
      'its duration is that of the wall clock, which may have been set: its time since boot is not known',
    containment === 'cgroup' && 'a cgroup of its own named every process of it',
    containment === 'none' &&
      'it had no cgroup of its own: who left its tree unseen and cleared its environment was not found',
  );
}

function transcriptLines({ transcript, hasEvents, gitTrouble }: Evidence): string[] {
  const { ended, trouble, limit, answers, toolErrors, unreadableLines } = transcript;
  const refused = new Set([...transcript.deniedTools, ...transcript.deniedPlanEnds]);
  return linesOf(
    hasEvents ? `${answers} answers of the model, ${toolErrors} tool errors` : 'its format shows no events',
    ended && `its result: ${ended.isError ? 'an error' : 'no error'} (${ended.subtype})`,
    limit && `at its limit: ${limit.detail}`,
    trouble && `${trouble.error}: ${trouble.message}`,
    refused.size > 0 && `refused: ${[...refused].join(', ')}`,
    unreadableLines > 0 && `lines that could not be read: ${unreadableLines}`,
    gitTrouble !== null && `git: ${gitTrouble}`,
  );
}

function usageLine({
  model,
  isSubagent,
  messages,
  tokens,
}: ReturnType<typeof totalsByModel>[number]): string {
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

function seenBy({ source, was = [] }: SessionRecord['commitDetails'][number]): string {
  const names = was.map((name) => name.slice(0, 12)).join(', ');
  if (source === 'transcript' && names !== '')
    return `git named it to the agent as ${names}, and the repository has it under this name`;
  return `${SEEN_BY[source]}${names === '' ? '' : `, as ${names}`}`;
}

/** How a commit is known to be the session's own. */
const SEEN_BY: Readonly<Record<CommitSource, string>> = {
  hook: 'seen by the git hook (refs.log)',
  reflog: 'in the reflog of the worktree, past the hook',
  'reflog+stream': 'in the reflog of the shared checkout, past the hook, and git named it to the agent',
  forge: 'on no branch here any more; a pull request of the session has it',
  transcript: 'git named it to the agent, and the repository has it',
};

/** The deliveries beside commits, one line each. */
export function effectLines({ effects }: SessionRecord): string[] {
  return effects.map((effect) => `  ${oneLine(describeEffect(effect), 200)}`);
}

function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'pull-request':
      return `pull request ${effect.stage}: ${effect.url} (says the forge)`;
    case 'issue-closed':
      return `issue closed: ${effect.url} (says the forge)`;
    case 'ci-fixed':
      return 'the check failed before this work and passes now';
    case 'artefact':
      return `artefact ${effect.path} (${effect.source === 'commit' ? 'in its commits' : 'uncommitted in its worktree'})`;
    case 'delivered-by-person':
      return `a person committed ${countOf(effect.lines, 'line')} of its edits in ${countOf(effect.files.length, 'file')}: ${effect.commits.map((sha) => sha.slice(0, 12)).join(', ')}`;
  }
}

/** Where the worktree's range and the counted commits disagree. */
function rangeLines({ range }: SessionRecord): string[] {
  if (!range) return [];
  const name = `range ${range.base.slice(0, 12)}..${range.head.slice(0, 12)} of its worktree`;
  const named = (shas: readonly string[]): string => shas.map((sha) => sha.slice(0, 12)).join(', ');
  const more = range.others > range.namedOthers.length ? ', …' : '';
  return linesOf(
    range.others > 0 &&
      `${name}: ${range.others} in it not counted as its own (${named(range.namedOthers)}${more})`,
    range.outside.length > 0 &&
      `${name}: ${range.outside.length} of its own not in it (${oneLine(named(range.outside), 120)})`,
  );
}

/** `outcome: noop → productive`, a line a field. */
export function amendmentLines(amendments: readonly Amendment[]): string[] {
  return amendments.map(
    ({ field, from, to }) => `${oneLine(field, 40)}: ${changedText(from)} → ${changedText(to)}`,
  );
}

function changedText(value: unknown): string {
  return value === null || (Array.isArray(value) && value.length === 0) ? 'none' : valueText(value, 100);
}

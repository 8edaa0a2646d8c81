import type { CheckEvidence, Effect, Evidence, OwnCommit } from '../domain/evidence.ts';
import type { ForgeNews } from '../domain/forge.ts';
import type { SessionRecord } from '../domain/record.ts';
import { compareText } from '../lib/plain-text.ts';

/** What a record becomes by later news, and each piece of news in words. */
export interface LaterNews {
  readonly facts: Pick<SessionRecord, 'commits' | 'commitDetails' | 'notCounted' | 'effects' | 'check'>;
  /** Empty when the record knows it all. */
  readonly because: readonly string[];
}

/**
 * What the forge says now beside what a record says. A pull request that was seen once stays: whoever asks with
 * another account, or after its branch was rewritten, does not see it, and it was there all the same.
 *
 * @param evidence as first gathered: news of CI are compared with the check of that day, not with older news
 */
export function hearForge(before: SessionRecord, evidence: Evidence, news: ForgeNews): LaterNews {
  const recovered = news.recovered.filter(({ sha }) => !before.commits.includes(sha));
  const record = withCommits(before, recovered);
  const head = record.commits.at(-1)?.slice(0, 12) ?? '';
  const heard = checkByCi(evidence.check, news);
  const check = heard ?? record.check;
  const effects = mergeEffects(record, news, heard);
  const page = effects.find((effect) => effect.kind === 'pull-request');
  const known = new Set(record.effects.map(describe));
  const after = new Set(effects.map(describe));
  const { commits, commitDetails, notCounted } = record;
  return {
    facts: { commits, commitDetails, notCounted, effects, check },
    because: [
      ...[...after].filter((words) => !known.has(words)),
      ...recovered.map(({ sha }) => `a pull request has its commit ${sha.slice(0, 12)}, and no branch here`),
      // A pull request that went on to another stage is not gone.
      ...record.effects.flatMap((effect) =>
        effect.kind === 'issue-closed' && !after.has(describe(effect))
          ? [`this work no longer closes the issue ${effect.url}`]
          : [],
      ),
      ...(JSON.stringify(check) === JSON.stringify(record.check)
        ? []
        : [`${check.detail} (commit ${head}${page ? ` of ${page.url}` : ''})`]),
    ],
  };
}

/** Those that came to light later stand first: what is on a branch still is where the work went on. */
function withCommits(record: SessionRecord, recovered: readonly OwnCommit[]): SessionRecord {
  const shas = recovered.map(({ sha }) => sha);
  return {
    ...record,
    commits: [...shas, ...record.commits],
    commitDetails: [...recovered, ...record.commitDetails],
    notCounted: record.notCounted.filter(({ sha }) => !shas.includes(sha)),
  };
}

function mergeEffects(record: SessionRecord, news: ForgeNews, heard: CheckEvidence | null): Effect[] {
  const known = record.effects.find(({ kind }) => kind === 'ci-fixed');
  const commits = record.commitDetails.filter(({ files }) => files.length > 0).map(({ sha }) => sha);
  const repair: Effect = known ?? { kind: 'ci-fixed', source: 'check', commits };
  const isRepaired = heard ? heard.wasRed === true : known !== undefined;
  const gone = new Set(news.notClosed);
  const forge = new Map<string, Effect>();
  for (const effect of [...record.effects, ...news.effects])
    if ('url' in effect && !gone.has(effect.url)) forge.set(effect.url, effect);
  return [
    ...(isRepaired && repair.commits.length > 0 ? [repair] : []),
    ...record.effects.filter(({ kind }) => kind === 'artefact' || kind === 'delivered-by-person'),
    ...[...forge].toSorted(([a], [b]) => compareText(a, b)).map(([, effect]) => effect),
  ];
}

/** A check that failed here stays failed: CI looks at something else, and both have to be green. */
function checkByCi(check: CheckEvidence, { ci, ciBefore }: ForgeNews): CheckEvidence | null {
  if (check.result === 'failed' || check.result === 'failed-before') return null;
  if (ci === 'passed') {
    // It says nothing new where our own check has passed as well.
    if (check.result === 'passed') return check;
    return ciBefore === 'failed'
      ? { result: 'passed', wasRed: true, detail: 'CI passed, and failed before this work' }
      : { result: 'passed', detail: 'CI passed' };
  }
  if (ci !== 'failed') return null;
  if (ciBefore === 'passed') return { result: 'failed', detail: 'CI passed before and failed after' };
  if (ciBefore === 'failed') return { result: 'failed-before', detail: 'CI failed before this work too' };
  // What is not known to have been green is nobody's fault; what our own check saw still holds.
  return check.result === 'passed'
    ? { ...check, detail: `${check.detail}; CI failed, and has no result of the commit before` }
    : { result: 'not-run', detail: 'CI failed, and has no result of the commit before to compare with' };
}

function describe(effect: Effect): string {
  switch (effect.kind) {
    case 'pull-request':
      return `pull request ${effect.stage}: ${effect.url}`;
    case 'issue-closed':
      return `issue closed: ${effect.url}`;
    case 'ci-fixed':
      return 'the check failed before this work and passes now';
    case 'artefact':
      return `artefact ${effect.path}`;
    case 'delivered-by-person':
      return `a person committed ${effect.lines} of its lines`;
  }
}

import type { LivenessPolicy } from '../domain/liveness.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import { flagLayer } from './assigned-layer.ts';
import { issueWords } from './issue-words.ts';
import { valueAt } from './layers.ts';
import { superviseSchema } from './supervise-schema.ts';

/**
 * Limits that a person wants to try on a session that is over: `supervise.silence=1s`. Other settings cannot change
 * what is written of it.
 *
 * @throws Problem `usage`
 */
export function superviseOverrides(assignments: readonly string[]): Partial<LivenessPolicy> {
  const other = assignments.find((each) => !each.startsWith('supervise.'));
  if (other !== undefined)
    throw new Problem(
      'usage',
      `--set is "${oneLine(other, 60)}".`,
      'A replay can try other limits only: --set supervise.silence=1s.',
    );
  const given = valueAt(flagLayer(assignments)?.source.value, ['supervise']) ?? {};
  const parsed = superviseSchema.safeParse(given, { error: issueWords });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : null;
    const near = unknown === null ? null : nearestWord(unknown, Object.keys(superviseSchema.shape));
    const name = ['supervise', ...(unknown === null ? (issue?.path ?? []) : [oneLine(unknown, 40)])].join(
      '.',
    );
    throw new Problem(
      'usage',
      `--set ${name}: ${(unknown === null ? issue?.message : null) ?? 'it is no limit'}.`,
      `${near === null ? '' : `Did you mean ${near}? `}See docs/settings.md.`,
    );
  }
  const { firstEvent, silence, finishing, sample, suppression, output, loop, idleCpu, idleBytes } =
    parsed.data;
  return {
    ...(firstEvent === undefined ? {} : { firstEventMs: firstEvent }),
    ...(silence === undefined ? {} : { silenceMs: silence }),
    ...(finishing === undefined ? {} : { finishingMs: finishing }),
    ...(sample === undefined ? {} : { sampleMs: sample }),
    ...(suppression === undefined ? {} : { suppressionMs: suppression }),
    ...(output === undefined ? {} : { outputBytes: output }),
    ...(loop === undefined ? {} : { loopCalls: loop }),
    ...(idleCpu === undefined ? {} : { idleCpuShare: idleCpu }),
    ...(idleBytes === undefined ? {} : { idleBytesPerS: idleBytes }),
  };
}

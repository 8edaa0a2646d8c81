import type { LivenessPolicy } from '../domain/liveness.ts';
import type { Table } from '../domain/settings/setting.ts';
import { SUPERVISE_SETTINGS } from '../domain/settings/supervise.ts';
import { schemaOf } from '../domain/settings/table.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { flagLayer } from './assigned-layer.ts';
import { valueAt } from './layers.ts';
import { issueWords } from './schema.ts';

/**
 * Limits that a person wants to try on a session that is over: `supervise.silence=1s`. Other settings cannot change
 * what is written of it.
 *
 * @throws Problem `usage`
 */
export function superviseOverrides(assignments: readonly string[]): Partial<LivenessPolicy> {
  const other = assignments.find((each) => !each.startsWith('supervise.'));
  if (other !== undefined)
    throw wrongCall(
      `--set is "${oneLine(other, 60)}".`,
      'A replay can try other limits only: --set supervise.silence=1s.',
    );
  const given = valueAt(flagLayer(assignments)?.source.value, ['supervise']) ?? {};
  const parsed = schemaOf(SUPERVISE_SETTINGS, 'top').safeParse(given, { error: issueWords });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : null;
    const near = unknown === null ? null : nearestWord(unknown, Object.keys(SUPERVISE_SETTINGS));
    const name = ['supervise', ...(unknown === null ? (issue?.path ?? []) : [oneLine(unknown, 40)])].join(
      '.',
    );
    throw wrongCall(
      `--set ${name}: ${(unknown === null ? issue?.message : null) ?? 'it is no limit'}.`,
      `${near === null ? '' : `Did you mean ${near}? `}See docs/settings.md.`,
    );
  }
  const table: Table = SUPERVISE_SETTINGS;
  return Object.fromEntries(
    Object.entries(parsed.data).flatMap(([key, value]) => {
      const entry = table[key];
      // A replay of recorded looks can only change limits that are numbers.
      return typeof value === 'number' && entry && 'unit' in entry
        ? [[`${key}${entry.unit ?? ''}`, value]]
        : [];
    }),
  );
}

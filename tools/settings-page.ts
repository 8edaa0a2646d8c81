import { z } from 'zod';
import { CATEGORY_SETTINGS } from '../src/domain/settings/category.ts';
import type { Level, Table } from '../src/domain/settings/setting.ts';
import { aboutOf } from '../src/domain/settings/table.ts';
import { CATEGORY_DEFAULTS, RESERVED_SETTINGS, TOP_DEFAULTS } from '../src/config/explain.ts';
import { HARNESS_SETTINGS } from '../src/config/harness-settings.ts';
import { CONFIG_SETTINGS } from '../src/config/schema.ts';

/** The page that lists every setting, as Markdown, made from the declarations. */
export function settingsPage(): string {
  const top = rows(CONFIG_SETTINGS, 'top', TOP_DEFAULTS);
  const isTop = (key: string): boolean => !key.includes('.');
  const groups = [...new Set(top.filter(({ key }) => !isTop(key)).map(({ key }) => key.split('.')[0] ?? ''))];
  return [
    '# Settings',
    '<!-- Made from src/config/schema.ts by `npm run schema`. -->',
    'Every setting of `stint.yaml`. [configuration.md](configuration.md) says where settings come from and shows the smallest file.',
    FORMS,
    '## Top level',
    tableOf(top.filter(({ key }) => isTop(key))),
    ...groups.flatMap((group) => [
      `## \`${group}\``,
      tableOf(
        top
          .filter(({ key }) => key.startsWith(`${group}.`))
          .map((row) => ({ ...row, key: row.key.slice(group.length + 1) })),
      ),
    ]),
    '## A harness',
    tableOf(rows(HARNESS_SETTINGS, 'harness', new Map(), 'harnesses.*.')),
    '## A category',
    tableOf(rows(CATEGORY_SETTINGS, 'category', CATEGORY_DEFAULTS, 'categories.*.')),
    '(1) It is read and checked, and nothing in this version goes by it yet; `stint config validate` names those that a file sets.',
    '',
  ].join('\n\n');
}

const FORMS =
  'Durations are `250ms`, `20s`, `45m`, `2h`, `90d` or `1h30m`; sizes `500MB`, `5GB`. A limit is at most `24d`, a rest at most `365d`. Commands are a list of words, or one line that is split into words as a shell would, without a shell; one with `|`, `&&`, `$…` and the like is refused unless `shell: true` stands in its category.';

interface Row {
  readonly key: string;
  readonly values: string;
  readonly normal: string;
  readonly meaning: string;
}

/** One row a setting; maps inside become `outer.inner`. */
function rows(
  table: Table,
  level: Level,
  defaults: ReadonlyMap<string, unknown>,
  place = '',
  prefix = '',
): Row[] {
  return Object.entries(table).flatMap(([name, entry]): Row[] => {
    const key = `${prefix}${name}`;
    const row: Row = {
      key,
      values: 'check' in entry ? valuesOf(entry.check) : '',
      normal: defaults.has(key) ? `\`${String(defaults.get(key))}\`` : '',
      meaning: `${aboutOf(entry, level)}${isReserved(place + key) ? ' (1)' : ''}`,
    };
    // The long map of limits is listed once, at the top.
    if (!('settings' in entry) || (level !== 'top' && entry.alsoAt?.includes('harness'))) return [row];
    const below = rows(entry.settings, level, defaults, place, `${key}.`);
    return level === 'top' && prefix === '' ? [row, ...below] : below;
  });
}

function isReserved(key: string): boolean {
  return RESERVED_SETTINGS.some((each) => key === each || key.startsWith(`${each}.`));
}

function valuesOf(check: unknown): string {
  if (check instanceof z.ZodEnum)
    return check.options.length > 6 ? '' : check.options.map((each) => `\`${each}\``).join(', ');
  return check instanceof z.ZodBoolean ? '`true`, `false`' : '';
}

function tableOf(list: readonly Row[]): string {
  const lines = list.map(
    ({ key, values, normal, meaning }) =>
      `| \`${key}\` | ${normal} | ${[meaning, values === '' || meaning.includes('`') ? '' : `One of ${values}.`].filter((part) => part !== '').join(' ')} |`,
  );
  return ['| key | default | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

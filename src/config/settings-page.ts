import { z } from 'zod';
import { CATEGORY_DEFAULTS, TOP_DEFAULTS } from './explain.ts';
import { NOT_ACTED_ON } from './not-acted-on.ts';
import { categorySchema } from './category-schema.ts';
import { harnessSchema } from './harness-schema.ts';
import { configSchema } from './schema.ts';

/** The page that lists every setting, as Markdown, made from the schema and the defaults. */
export function settingsPage(): string {
  const top = rows(configSchema, '', TOP_DEFAULTS, '');
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
    tableOf(rows(harnessSchema, '', {}, 'harnesses.*.')),
    '## A category',
    tableOf(rows(categorySchema, '', CATEGORY_DEFAULTS, 'categories.*.')),
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

/** One row a key; maps inside become `outer.inner`, but the shared map of limits is listed once. */
function rows(
  schema: z.ZodObject,
  prefix: string,
  defaults: Readonly<Record<string, unknown>>,
  place: string,
): Row[] {
  return Object.entries(schema.shape).flatMap(([name, field]): Row[] => {
    const key = `${prefix}${name}`;
    const inner = unwrap(field);
    const isOpened = inner instanceof z.ZodObject && (name !== 'supervise' || place === '');
    const row: Row = {
      key,
      values: valuesOf(inner),
      normal: key in defaults ? `\`${String(defaults[key])}\`` : '',
      meaning: `${describe(field)}${isActedOn(place + key) ? '' : ' (1)'}`,
    };
    if (!isOpened) return [row];
    const below = rows(inner, `${key}.`, defaults, place);
    return place === '' && prefix === '' ? [row, ...below] : below;
  });
}

function isActedOn(key: string): boolean {
  return !NOT_ACTED_ON.some((each) => key === each || key.startsWith(`${each}.`));
}

function describe(field: unknown): string {
  if (!(field instanceof z.ZodType)) return '';
  return field.description ?? (field instanceof z.ZodOptional ? describe(field.unwrap()) : '');
}

function valuesOf(field: unknown): string {
  if (field instanceof z.ZodEnum)
    return field.options.length > 6 ? '' : field.options.map((each) => `\`${each}\``).join(', ');
  if (field instanceof z.ZodBoolean) return '`true`, `false`';
  return '';
}

function unwrap(field: unknown): unknown {
  return field instanceof z.ZodOptional ? unwrap(field.unwrap()) : field;
}

function tableOf(list: readonly Row[]): string {
  const lines = list.map(
    ({ key, values, normal, meaning }) =>
      `| \`${key}\` | ${normal} | ${[meaning, values === '' || meaning.includes('`') ? '' : `One of ${values}.`].filter((part) => part !== '').join(' ')} |`,
  );
  return ['| key | default | meaning |', '| --- | --- | --- |', ...lines].join('\n');
}

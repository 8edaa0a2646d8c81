import { z } from 'zod';
import { recordSchema } from '../src/domain/record-schema.ts';

/** The page that lists every field of a record, as Markdown, made from the schema. */
export function recordPage(): string {
  return [
    '# The record',
    '<!-- Made from src/domain/record-schema.ts by `npm run schema`. -->',
    INTRODUCTION,
    '## Fields',
    tableOf(rowsOf(recordSchema)),
    ...Object.entries(recordSchema.shape).flatMap(([name, field]) => partsOf(name, field)),
    '',
  ].join('\n\n');
}

const INTRODUCTION = `One session has one record, which is written once. \`stint show ID --json\` prints it, and beside it \`retry\`: whether to
start the session again. \`stint export\` writes all records, and a program gets one from \`run\`. A later correction is an
amendment, which stands beside the record ([audit.md](audit.md)). stint adds fields and renames none; a program ignores
fields that it does not know.`;

interface Row {
  readonly field: string;
  readonly holds: string;
  readonly meaning: string;
}

function tableOf(rows: readonly Row[]): string {
  return [
    '| field | holds | meaning |',
    '| --- | --- | --- |',
    ...rows.map(({ field, holds, meaning }) => `| \`${field}\` | ${holds} | ${meaning} |`),
  ].join('\n');
}

function rowsOf(schema: z.ZodObject): Row[] {
  return Object.entries(schema.shape).map(([field, type]) => ({
    field,
    holds: describeType(type),
    meaning: `${descriptionOf(type)}${whenAbsent(type)}`,
  }));
}

/** The objects inside a field, each in a section of its own; of a union, one for each kind. */
function partsOf(name: string, field: unknown): string[] {
  const inner = unwrap(field);
  if (inner instanceof z.ZodArray) return partsOf(`${name}[]`, inner.element);
  if (inner instanceof z.ZodDiscriminatedUnion)
    return [
      `## \`${name}\``,
      ...inner.options.flatMap((each) => (each instanceof z.ZodObject ? [tableOf(rowsOf(each))] : [])),
    ];
  if (!(inner instanceof z.ZodObject)) return [];
  const below = Object.entries(inner.shape).flatMap(([key, part]) => partsOf(`${name}.${key}`, part));
  return [`## \`${name}\``, tableOf(rowsOf(inner)), ...below];
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: '`true` or `false`',
  object: 'object',
  union: 'object',
  custom: 'text',
};

const LISTS: Readonly<Record<string, string>> = { text: 'texts', object: 'objects' };

function describeType(type: unknown): string {
  const inner = unwrap(type);
  const base = baseOf(inner);
  return isNullable(type) ? `${base}, or null` : base;
}

function baseOf(type: unknown): string {
  if (type instanceof z.ZodArray) {
    const each = baseOf(unwrap(type.element));
    return `list of ${LISTS[each] ?? each}`;
  }
  if (type instanceof z.ZodEnum) return type.options.map((each) => `\`${each}\``).join(', ');
  if (type instanceof z.ZodLiteral) return [...type.values].map((each) => `\`${String(each)}\``).join(', ');
  return type instanceof z.ZodType ? (NAMES[type.type] ?? type.type) : '';
}

function descriptionOf(type: unknown): string {
  if (!(type instanceof z.ZodType)) return '';
  return type.description ?? (isWrapper(type) ? descriptionOf(type.unwrap()) : '');
}

function isWrapper(type: unknown): type is z.ZodOptional | z.ZodExactOptional | z.ZodDefault | z.ZodNullable {
  return [z.ZodOptional, z.ZodExactOptional, z.ZodDefault, z.ZodNullable].some(
    (each) => type instanceof each,
  );
}

function unwrap(type: unknown): unknown {
  return isWrapper(type) ? unwrap(type.unwrap()) : type;
}

function isNullable(type: unknown): boolean {
  return type instanceof z.ZodNullable || (isWrapper(type) && isNullable(type.unwrap()));
}

function whenAbsent(type: unknown): string {
  if (type instanceof z.ZodDefault) return ' Records of an older stint may lack it.';
  return type instanceof z.ZodExactOptional ? ' A record may lack it.' : '';
}

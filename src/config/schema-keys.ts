import { z } from 'zod';
import { configSchema } from './schema.ts';
import type { KeyPath } from './yaml-source.ts';

/** The names that the schema knows at a path; none where names are the user's own or there is no map. */
export function keysAt(at: KeyPath): string[] {
  let schema: unknown = configSchema;
  for (const step of at) {
    const current = unwrap(schema);
    if (current instanceof z.ZodObject) schema = current.shape[String(step)];
    else if (current instanceof z.ZodRecord) schema = current.valueType;
    else return [];
  }
  const end = unwrap(schema);
  return end instanceof z.ZodObject ? Object.keys(end.shape) : [];
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

export const TOP_LEVEL_KEYS: readonly string[] = Object.keys(configSchema.shape);

import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The configuration as JSON Schema, for editors. What only the program can check (durations, contradictions) is not in it. */
export function configJsonSchema(): object {
  return { title: 'stint.yaml', ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) };
}

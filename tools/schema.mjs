// Writes stint.schema.json, the JSON Schema of stint.yaml, for editors. A test says when it is not up to date.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/config/json-schema.ts';

writeFileSync(
  new URL('../stint.schema.json', import.meta.url),
  `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
);

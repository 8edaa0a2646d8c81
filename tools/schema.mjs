// Writes what is made from the schemas: stint.schema.json for editors, docs/settings.md and
// docs/record.md for people. Tests say when they are not up to date.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/config/schema.ts';
import { settingsPage } from './settings-page.ts';
import { recordPage } from './record-page.ts';

writeFileSync(
  new URL('../stint.schema.json', import.meta.url),
  `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
);
writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsPage());
writeFileSync(new URL('../docs/record.md', import.meta.url), recordPage());

import { once } from 'node:events';
import path from 'node:path';
import { parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { namedPlace } from './open.ts';
import { CATEGORY, wrongValue } from './option-words.ts';
import { note, printJson } from './print.ts';
import { defineVerb, type CliContext, type PlaceOptions } from './verb.ts';

export const verb = defineVerb({
  help: `
Every record with its amendments as JSON, one a line, oldest first; see
docs/interchange.md. Secrets are taken out. stint import reads it, here (where
it changes nothing) and elsewhere. A file is written as a whole or not at all.

Examples:
  $ stint export >records.jsonl
  $ stint export --since 7d --category code --out week.jsonl
`,
  options: {
    '--since <when>': 'only sessions that started since a date, or within a time such as 7d',
    ...CATEGORY,
    '--out <file>': { about: 'where to write; - is standard output', fallback: '-' },
  },
  async run({ context, stint, options }) {
    const { since, category, json } = options;
    const filter = {
      ...(since !== undefined && { since: readSince(since, context.clock.now()) }),
      ...(category !== undefined && { category }),
    };
    const file = outFile(options.out, context, options);
    if (file === null) return stint().export(filter, writeOut);
    const { sessions } = await stint().exportToFile(filter, file);
    if (json) printJson({ file, sessions });
    else note(`stint: ${sessions} sessions in ${oneLine(file, 300)}`);
  },
});

/** As fast as its reader takes it. A reader that went away ends the process, without a word; see main.ts. */
async function writeOut(lines: string): Promise<void> {
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
}

function outFile(out: string, context: CliContext, options: PlaceOptions): string | null {
  if (out === '-') return null;
  if (out.trim() === '') throw wrongCall('--out is "".', 'Name a file, or - for standard output.');
  return path.resolve(namedPlace(context, options).folder, out);
}

function readSince(text: string, now: Date): string {
  const ms = parseDuration(text);
  const isDate = /^\d{4}-\d\d-\d\d/.test(text);
  const at = ms !== null ? now.getTime() - ms : isDate ? Date.parse(text) : Number.NaN;
  if (at >= 0 && at <= now.getTime()) return new Date(at).toISOString();
  throw wrongValue(
    '--since',
    text,
    'a duration such as 12h or 7d, or a date such as 2026-01-31, in the past',
  );
}

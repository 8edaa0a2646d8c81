import type { FileEdit } from '../../domain/session-event.ts';
import { patching, replacing, writing } from '../reading/file-edits.ts';
import { asArray, asObject, asString, type JsonObject } from '../reading/json-shape.ts';

/** The files that a call of one of pi's own tools changes, as its arguments say it; null for other tools. */
export function editsOfCall(tool: string, input: JsonObject | null): readonly FileEdit[] | null {
  const path = asString(input?.['path'])?.replace(/^@/, '');
  if (tool === 'write') return writing(path, input?.['content']);
  if (tool !== 'edit') return null;
  // Newer versions take several replacements at once.
  const edits = [input, ...asArray(input?.['edits']).map(asObject)];
  const all = (key: string): string => edits.flatMap((each) => asString(each?.[key]) ?? []).join('\n');
  return replacing(path, all('oldText'), all('newText'));
}

/** A line of the diff that it shows: a sign and the number of the line stand before its text. */
const SHOWN_LINE = /^([+-]) {0,20}\d{1,10} (.*)$/;

/** The same in whole lines, as its answer shows it; absent where it shows none. */
export function editsOfAnswer(
  path: string | undefined,
  details: JsonObject | null,
): { readonly edits?: readonly FileEdit[] } {
  const diff = path === undefined ? '' : (asString(details?.['diff']) ?? '');
  const lines = diff.split('\n').flatMap((line) => {
    const [, sign, text] = SHOWN_LINE.exec(line) ?? [];
    return sign === undefined || text === undefined ? [] : [`${sign}${text}`];
  });
  return lines.length > 0 ? { edits: patching(path, lines) } : {};
}

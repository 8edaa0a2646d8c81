import { readRegular } from '../../lib/regular-file.ts';
import { tryParse, type JsonObject } from './json-shape.ts';

/** A document is parsed at once: it takes several times its size in memory. */
export const MOST_DOCUMENT_MEGABYTES = 64;

export type ReadDocument = { readonly object: JsonObject } | 'too large' | 'no document';

/** The object that a whole file is, on however many lines. */
export function readDocument(file: string, bytes: number): ReadDocument {
  const most = MOST_DOCUMENT_MEGABYTES << 20;
  if (bytes > most) return 'too large';
  const text = readRegular(file, most);
  if (text === null) return 'no document';
  const object = tryParse(text.replace(/^\uFEFF/, ''));
  return object ? { object } : 'no document';
}

import path from 'node:path';
import { sideFileOf, showsSession } from '../../../harness/side-files.ts';
import { isNamedForSessions } from '../../../harness/transcript-places.ts';
import type { WalkedFile } from '../../../lib/file-system.ts';
import { objectsIn } from '../../../lib/json-lines.ts';
import { readBeginning } from '../../../lib/regular-file.ts';
import { isExchangeLine } from '../../../record/exchange-line.ts';

// Files of a folder that hold no session: an import counts them by what they are and does not tell of each.

/** Names under which programs keep keys and logins. Such files are not even opened. */
const SECRET =
  /^(\.?credentials\b.*|auth\.json|oauth_creds\.json|google_accounts\.json|.*\btokens?\b.*\.json|\.env\b.*|\.netrc|id_(rsa|dsa|ecdsa|ed25519)\b.*|.*\.(pem|key|p12|pfx|kdbx))$/i;

/** git's own files and those of packages: there are very many, and none is a session's. */
const NOT_ENTERED = new Set(['.git', 'node_modules']);

export const SECRET_FILES = 'file that may hold secrets, not opened';
const BINARY = 'binary file';
const PACKED = 'compressed file, to be unpacked first';
const OTHERS = 'other file without a session';

/** `x.jsonl.1`, `x.ndjson`: lines of JSON, which are read as a whole whatever stands in them first. */
export function isNamedForLines(name: string): boolean {
  return isNamedForSessions(name) || /\.(?:jsonl|ndjson)(?:\.\d+|\.bak|\.old|~)?$/i.test(name);
}

export function mayHoldSecrets(name: string): boolean {
  return SECRET.test(name) && !isNamedForLines(name);
}

export function isEntered(folder: string): boolean {
  return !NOT_ENTERED.has(path.basename(folder));
}

/** First lines with a session stand within so many bytes. */
const HEAD = 1 << 16;

/** What a file is that holds no session, for people, one of several; null where it has to be read. */
export function whySkipped({ file, hasOddName: isOdd }: WalkedFile): string | null {
  const head = readBeginning(file, HEAD);
  if (head === null || head.length === 0) return isOdd === true ? OTHERS : null;
  if (PACKERS.some((magic) => head.subarray(0, magic.length).equals(magic))) return PACKED;
  if (isOdd && head.includes(0)) return BINARY;
  const text = head.toString('utf8');
  const objects = objectsIn(text);
  const [first] = objects;
  const side = first ? sideFileOf(first) : null;
  if (side !== null) return side;
  if (!isOdd || showsSession(text, objects) || isLongLine(text)) return null;
  return objects.some((object) => isExchangeLine(object) || isRow(object)) ? null : OTHERS;
}

/** A first line can hold the instructions of a whole CLI. */
function isLongLine(head: string): boolean {
  return head.startsWith('{') && !head.includes('\n') && /"(?:session_meta|sessionId|session_id)"/.test(head);
}

/** A row of records that names its session. Under an odd name, an outcome alone may be any program's. */
function isRow(object: { readonly [key: string]: unknown }): boolean {
  const isNamed = typeof object['session_id'] === 'string' && typeof object['harness'] === 'string';
  return isNamed && (object['outcome'] !== undefined || object['grades'] !== undefined);
}

/** gzip, zstd, xz, bzip2, zip. */
const PACKERS = ['1f8b', '28b52ffd', 'fd377a585a00', '425a68', '504b0304'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

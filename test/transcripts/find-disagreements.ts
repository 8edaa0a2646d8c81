import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { FileReading } from '../../src/domain/transcript-session.ts';
import type { MessageUsage } from '../../src/domain/session-event.ts';
import { totalTokens } from '../../src/domain/transcript.ts';
import { readSessions } from '../../src/harness/read-sessions.ts';
import { plainObjects, type PlacedObject } from './plain-objects.ts';

/** What a reading of a file says and the plain text of the file does not, each with its place behind the file's name. */
export function findDisagreements(file: string, reading: FileReading): string[] {
  if (reading.format.kind === 'empty' || reading.format.kind === 'other') return [];
  if (reading.format.kind === 'unknown')
    return [`: ${reading.format.found}; expected ${reading.format.expected}`];
  const plain = plainObjects(readFileSync(file, 'utf8'));
  return [
    ...(isDeepStrictEqual(readSessions(file), reading) ? [] : [': reading it again gives something else']),
    ...compareLines(reading, plain),
    ...compareUsage(reading, plain.objects),
  ];
}

function compareLines(reading: FileReading, plain: ReturnType<typeof plainObjects>): string[] {
  const trouble: string[] = [];
  const { sessions, unreadable } = reading;
  const [session] = sessions;
  if (!session) return [': no session'];
  if (sessions.length > 1)
    trouble.push(`: ${sessions.length} sessions (${sessions.map(({ thread }) => thread).join(', ')})`);
  const shapes = unreadable.count - plain.unreadable;
  if (shapes !== 0)
    trouble.push(
      `:${unreadable.places[0]?.line ?? 1}: ${unreadable.count} unreadable, of which ${plain.unreadable} are no JSON`,
    );
  if (reading.isTorn !== plain.isTorn) trouble.push(`: its last line is ${plain.isTorn ? '' : 'not '}torn`);
  // Of a fork, what it copied is no event of its own.
  const { events, unreadableLines } = session.transcript;
  if (session.kind !== 'fork' && sessions.length === 1 && events + unreadableLines < plain.objects.length)
    trouble.push(`: ${plain.objects.length} objects, ${events} events`);
  return trouble;
}

/** The usage of all its sessions against each message of the file once, and against the last total of Codex. */
function compareUsage(reading: FileReading, objects: readonly PlacedObject[]): string[] {
  if (reading.sessions.some(({ kind }) => kind === 'fork')) return [];
  const read = totalTokens({
    usageByMessage: new Map(reading.sessions.flatMap(({ transcript }) => [...transcript.usageByMessage])),
  });
  const expected =
    claudeTotals(objects) ?? piTotals(objects) ?? geminiTotals(objects) ?? codexTotals(objects);
  if (expected === null) return [];
  const wrong = (['input', 'output', 'cacheRead', 'cacheWrite'] as const).filter(
    (field) => (read[field] ?? 0) !== (expected[field] ?? 0),
  );
  return wrong.map(
    (field) => `: ${field} tokens are ${read[field]}; its messages, each once, have ${expected[field]}`,
  );
}

type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function claudeTotals(objects: readonly PlacedObject[]): MessageUsage | null {
  const messages = new Map<string, MessageUsage>();
  for (const { value } of objects) {
    const message = object(value['message']);
    const usage = object(message['usage']);
    if (value['type'] !== 'assistant' || typeof message['id'] !== 'string') continue;
    if (message['model'] === '<synthetic>' || value['isApiErrorMessage'] === true) continue;
    messages.set(`${message['id']}/${JSON.stringify(value['requestId'])}`, {
      input: count(usage['input_tokens']),
      output: count(usage['output_tokens']),
      cacheRead: count(usage['cache_read_input_tokens']),
      cacheWrite: count(usage['cache_creation_input_tokens']),
    });
  }
  return messages.size === 0 ? null : totalTokens({ usageByMessage: messages });
}

function piTotals(objects: readonly PlacedObject[]): MessageUsage | null {
  if (objects[0]?.value['type'] !== 'session') return null;
  const usages = objects
    .map(({ value }) => object(value['message']))
    .filter(({ role }) => role === 'assistant')
    .map(({ usage }) => object(usage));
  const fields = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
  const sum = (field: string): number =>
    usages.reduce((total, usage) => total + (count(usage[field]) ?? 0), 0);
  return Object.fromEntries(fields.map((field) => [field, sum(field)])) as unknown as MessageUsage;
}

function geminiTotals(objects: readonly PlacedObject[]): MessageUsage | null {
  if (objects[0]?.value['projectHash'] === undefined) return null;
  const records = objects.flatMap(({ value }) => [
    value,
    ...listOf(value['messages']),
    ...listOf(object(value['$set'])['messages']),
  ]);
  const messages = new Map<unknown, Json>();
  for (const record of records)
    if (object(record)['tokens'] !== undefined)
      messages.set(object(record)['id'], object(object(record)['tokens']));
  const sum = (...fields: string[]): number =>
    [...messages.values()]
      .flatMap((tokens) => fields.map((field) => count(tokens[field]) ?? 0))
      .reduce((a, b) => a + b, 0);
  return {
    input: sum('input', 'tool') - sum('cached'),
    output: sum('output', 'thoughts'),
    cacheRead: sum('cached'),
    cacheWrite: null,
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function codexTotals(objects: readonly PlacedObject[]): MessageUsage | null {
  // Their totals can lack what a session that was killed has used.
  if (objects.some(({ value }) => value['type'] === 'token_usage_record')) return null;
  const totals = objects
    .map(({ value }) => object(object(object(value['payload'])['info'])['total_token_usage']))
    .findLast((each) => each['input_tokens'] !== undefined);
  if (!totals) return null;
  const [input, cacheRead] = [count(totals['input_tokens']), count(totals['cached_input_tokens'])];
  const cacheWrite = count(totals['cache_write_input_tokens']);
  return {
    input: (input ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0),
    output: count(totals['output_tokens']),
    cacheRead,
    cacheWrite,
  };
}

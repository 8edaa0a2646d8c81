import type { ProviderError } from '../../domain/session-event.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { asNumber, asObject, asString, tryParse, type JsonObject } from './json-shape.ts';
import { isPrintable } from './printable.ts';
import { providerErrorOf } from './provider-errors.ts';

// A CLI that is read as text may have been told to print objects (`--format json`, `--mode json`). They are not events:
// only their errors, and whether the model got to work, are read.

export interface StreamedErrors {
  /** The error after which the model said and called nothing; null where there is none. */
  readonly last: { readonly error: ProviderError; readonly words: string } | null;
  readonly hasWorked: boolean;
}

/** The errors in output that consists of objects with a `type`, one a line; null for other output. */
export function streamedErrors(output: string): StreamedErrors | null {
  let last: StreamedErrors['last'] = null;
  let hasWorked = false;
  let objects = 0;
  for (const line of output.split('\n')) {
    if (!isPrintable(line)) continue;
    const object = tryParse(line);
    if (object === null || asString(object['type']) === null) return null;
    objects++;
    if (isWork(object)) {
      hasWorked = true;
      last = null;
    } else if (isError(object))
      last = errorOf(object) ?? last ?? { error: 'other', words: 'an error without words' };
  }
  return objects === 0 ? null : { last, hasWorked };
}

const WORK = /^(text|tool_use|tool_result|assistant\.message|tool\.execution_\w+|tool_execution_\w+)$/;

function isWork(object: JsonObject): boolean {
  const message = asObject(object['message']) ?? object;
  const isAnswer = message['role'] === 'assistant' && /^message(_end)?$/.test(asString(object['type']) ?? '');
  const isWhole = !['error', 'aborted'].includes(asString(message['stopReason']) ?? '');
  return WORK.test(asString(object['type']) ?? '') || (isAnswer && isWhole);
}

function isError(object: JsonObject): boolean {
  const type = asString(object['type']) ?? '';
  if (asObject(object['message'])?.['stopReason'] === 'error') return true;
  if (type === 'result')
    return (
      object['status'] === 'error' || object['is_error'] === true || (asNumber(object['exitCode']) ?? 0) > 0
    );
  return /(^|\.)error$/.test(type) && object['severity'] !== 'warning';
}

/** Its words, wherever the CLI puts them; null where it has none. */
function errorOf(object: JsonObject): StreamedErrors['last'] {
  const error = asObject(object['error']);
  const data = asObject(error?.['data']) ?? asObject(object['data']);
  const message = asObject(object['message']);
  const words =
    asString(data?.['message']) ??
    asString(error?.['message']) ??
    asString(message?.['errorMessage']) ??
    asString(object['message']) ??
    asString(object['error']) ??
    asString(error?.['name']);
  if (words === null) return null;
  const status = asNumber(data?.['statusCode']) ?? asNumber(error?.['code']) ?? null;
  return { error: providerErrorOf(words, status), words: oneLine(words) };
}

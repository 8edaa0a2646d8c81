import { parseJson } from '../../lib/json-lines.ts';
import { asArray, asNumber, asObject, asString } from '../reading/json-shape.ts';

/** The state of a program, by the first line of its output. */
export type ScriptState =
  { readonly kind: 'running'; readonly cell: string } | { readonly kind: 'failed' | 'over' };

const RUNNING = /^\s*Script running with cell ID:? "?([\w.-]{1,100}?)"?\.?\s*$/m;
const FAILED = /^\s*Script (?:failed|errored|error\b|timed out)/;
const LONGEST_HEAD = 200;

/** The head alone tells: what follows are the program's own words. */
export function stateOf(text: string): ScriptState {
  const [head = ''] = text.slice(0, LONGEST_HEAD).trimStart().split('\n', 1);
  const cell = RUNNING.exec(head)?.[1];
  if (cell !== undefined) return { kind: 'running', cell };
  return { kind: FAILED.test(head) ? 'failed' : 'over' };
}

/** The result of a command that its program printed as JSON. */
export interface ScriptResult {
  readonly output: string;
  readonly exitCode: number | null;
  /** The process that runs on. */
  readonly process?: string;
}

const MOST_RESULTS = 200;

/** The results of commands that a program printed as they are, alone or in lists. None for its other words. */
export function resultsIn(content: unknown): readonly ScriptResult[] {
  const text = asString(content);
  const texts =
    text === null ? asArray(content).map((block) => asString(asObject(block)?.['text']) ?? '') : [text];
  return texts.flatMap((each) => resultsOf(parsePrinted(each), 0)).slice(0, MOST_RESULTS);
}

/** The JSON that stands behind the head of an output, or alone; the text of one that was cut. */
function parsePrinted(text: string): unknown {
  const begin = /^Script [^\n]*\n(?:[^\n]*\n){0,3}?Output:\s*/.exec(text)?.[0].length ?? 0;
  const first = text.slice(begin, begin + 20).trimStart()[0] ?? '';
  if (first === '' || !'{["'.includes(first)) return null;
  const json = text.slice(begin);
  return parseJson(json) ?? json.replaceAll(String.raw`\n`, '\n').replaceAll('"[', '\n[');
}

function resultsOf(value: unknown, depth: number): readonly ScriptResult[] {
  if (typeof value === 'string') return [{ output: value, exitCode: null }];
  if (Array.isArray(value) && depth < 3)
    return value.slice(0, MOST_RESULTS).flatMap((each) => resultsOf(each, depth + 1));
  const object = asObject(value);
  // The form of results of `Promise.allSettled`.
  const settled = asObject(object?.['value']);
  if (settled && depth < 3) return resultsOf(settled, depth + 1);
  const output = asString(object?.['output']);
  if (!object || output === null) return [];
  const process = object['session_id'] ?? null;
  return [
    {
      output,
      exitCode: asNumber(object['exit_code']),
      ...(typeof process === 'number' || typeof process === 'string' ? { process: String(process) } : {}),
    },
  ];
}

import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../../src/lib/programs.ts';
import { splitWords } from '../../src/lib/split-words.ts';
import type { ScratchProject } from './scratch.ts';
import type { StintResult } from './stint.ts';

/** What a wrong call has to be answered with. */
export interface Refusal {
  /** As typed after `stint`; words with blanks, and empty ones, in quotes. */
  readonly call: string;
  readonly exit: number;
  /** The stable word of `--json`. */
  readonly code: string;
  /** In the sentence: what is wrong, where, with which value, and what to do. */
  readonly says: RegExp;
}

type Place = Pick<ScratchProject, 'folder' | 'env'>;

/** One call of stint: in a process of its own (`stint.ts`), or in this one (`stint-here.ts`). */
type Call = (place: Place, ...words: string[]) => Promise<StintResult>;

/** What does not hold of a refusal, with and without `--json`; nothing when all of it does. */
export async function findMisses(place: Place, refusal: Refusal, stint: Call): Promise<string[]> {
  const words = wordsOf(refusal.call);
  // After the verb: what follows two dashes, or an option that lacks its value, would take it.
  const at = words[0]?.startsWith('-') ? words.length : 1;
  const withJson = [...words.slice(0, at), '--json', ...words.slice(at)];
  const plain = await stint(place, ...words);
  const json = await stint(place, ...withJson);
  const misses = [
    ...sentenceMisses(plain, refusal),
    ...(json.stderr === plain.stderr ? [] : [`another sentence with --json: ${json.stderr}`]),
    ...(json.code === plain.code ? [] : [`another exit code with --json: ${json.code}`]),
    ...(plain.stdout === '' || words.length === 0 ? [] : [`it prints ${plain.stdout}`]),
    ...jsonMisses(json, refusal),
  ];
  return misses.map((miss) => `stint ${refusal.call}: ${miss}`);
}

function wordsOf(call: string): readonly string[] {
  const split = splitWords(call);
  if ('refused' in split) throw new Error(`${call}: ${split.refused}`);
  return split.words;
}

function sentenceMisses({ code, stderr }: StintResult, refusal: Refusal): string[] {
  return [
    ...(code === refusal.exit ? [] : [`exit ${code}, not ${refusal.exit}`]),
    ...(/^stint: [^\n]+[.?)]\n$/.test(stderr) || /^stint: [^\n]+ -- [^\n]+\n$/.test(stderr)
      ? []
      : [`no single sentence: ${stderr}`]),
    ...(/ {4}at |Error:|node:internal|Invalid input|inside stint/.test(stderr)
      ? [`words of a program: ${stderr}`]
      : []),
    ...(refusal.says.test(stderr) ? [] : [`not ${refusal.says}: ${stderr}`]),
  ];
}

function jsonMisses({ stdout }: StintResult, refusal: Refusal): string[] {
  let parsed: { error?: { code?: unknown; message?: unknown; hint?: unknown } };
  try {
    parsed = JSON.parse(stdout) as typeof parsed;
  } catch {
    return [`no JSON: ${stdout}`];
  }
  const { code, message, hint } = parsed.error ?? {};
  const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
  return [
    ...(Object.keys(parsed).join() === 'error' &&
    Object.keys(parsed.error ?? {}).join() === 'code,message,hint'
      ? []
      : [`another shape: ${stdout}`]),
    ...(code === refusal.code ? [] : [`code ${String(code)}, not ${refusal.code}`]),
    ...(/^[a-z]+(_[a-z]+)*$/.test(String(code)) ? [] : [`no snake_case: ${String(code)}`]),
    ...(isText(message) && isText(hint) ? [] : [`a word is missing: ${stdout}`]),
  ];
}

/** The folder that holds all of a project: its checkout, its home, its state. */
export function scratchOf(project: Pick<ScratchProject, 'folder'>): string {
  return path.dirname(project.folder);
}

/** A PATH with what stint needs but for some. */
export function pathWithout(project: ScratchProject, ...missing: string[]): string {
  const folder = path.join(scratchOf(project), `bin-without-${missing.join('-')}`);
  mkdirSync(folder);
  for (const name of ['sh', 'readlink', 'dirname', 'git', 'flock', 'true'].filter(
    (each) => !missing.includes(each),
  ))
    symlinkSync(findProgram(name, '/', process.env) ?? '', path.join(folder, name));
  symlinkSync(process.execPath, path.join(folder, 'node'));
  return folder;
}

/** Every file below a folder, with what it is and holds; two that are equal mean that nothing was written. */
export function snapshot(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(names.map((name) => [name, describe(path.join(folder, name))]));
}

function describe(file: string): string {
  const stats = lstatSync(file);
  const mode = stats.mode.toString(8);
  if (!stats.isFile()) return mode;
  return `${mode} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}

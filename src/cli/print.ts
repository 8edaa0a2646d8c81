import { styleText } from 'node:util';
import Table from 'cli-table3';
import { oneLine } from '../lib/plain-text.ts';
import { createRedactor, type Redactor } from '../lib/redact.ts';
import type { Outcome } from '../domain/record-words.ts';
import { fillLines, screenWidth, textWidth, wrapText } from './screen.ts';

let redactor: Redactor = createRedactor();

/** From here on nothing is printed but through this redactor, errors included. */
export function redactOutput(by: Redactor): void {
  redactor = by;
}

/** A text as it may be shown. */
export function redacted(text: string): string {
  return redactor.text(text);
}

/** Data for people or programs goes to stdout. */
export function print(text: string): void {
  process.stdout.write(`${redactor.text(text)}\n`);
}

/** What a person has asked for as it came. */
export function printRaw(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The same for sentences, which break between words where the screen is narrow. */
export function printWrapped(text: string): void {
  print(wrapText(text, screenWidth()));
}

let writeNote = (line: string): void => void process.stderr.write(line);

/** What is not data (notes, progress) goes to stderr. */
export function note(text: string): void {
  writeNote(`${redactor.text(text)}\n`);
}

/** Lets a view that draws on stderr put notes above its lines. @returns the end of that */
export function routeNotes(write: (line: string) => void): () => void {
  const before = writeNote;
  writeNote = write;
  return () => (writeNote = before);
}

export function printJson(value: unknown): void {
  printRaw(JSON.stringify(redactor.value(value), null, 2));
}

/** Lines or parts of a text; what is empty or does not apply is left out. */
export function linesOf(...parts: readonly (Line | readonly Line[])[]): string[] {
  return parts.flat().flatMap((part) => part || []);
}

type Line = string | false | null | undefined;

/** Colour for a terminal; NO_COLOR and pipes get none. */
export function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

const OUTCOME_STYLE: Readonly<Record<Outcome, Parameters<typeof styleText>[0]>> = {
  productive: 'green',
  noop: 'yellow',
  blocked: 'magenta',
  failed: 'red',
  'not-run': 'blue',
  unknown: 'gray',
};

export function styleOutcome(outcome: Outcome): string {
  return style(OUTCOME_STYLE[outcome], outcome);
}

const BORDERS =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid';

const NO_BORDERS = { ...Object.fromEntries(BORDERS.split(' ').map((name) => [name, ''])), middle: '  ' };

/** A table without lines; where the screen is too narrow for it, a paragraph a row. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string {
  const lines = alignColumns(head, rows, rightAligned);
  const width = screenWidth();
  if (width === null || lines.every((line) => textWidth(line) <= width)) return lines.join('\n');
  return rows.flatMap((row) => stackRow(head, row, width)).join('\n');
}

/** `code`, and below it `grade 0.64 · commits 1 · …`. Columns without a name before it are marks of the row. */
function stackRow(head: readonly string[], row: readonly string[], width: number): string[] {
  const title = head[0] === '' && (row[0] ?? '').length <= 1 ? 2 : 1;
  const parts = row
    .map((cell, column) => (head[column] === '' ? cell : `${head[column]} ${cell}`))
    .filter((_, column) => column >= title && row[column] !== '');
  return [row.slice(0, title).join(' '), ...fillLines(parts, ' · ', width, '    ')];
}

function alignColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[],
): string[] {
  const made = new Table({
    head: head.map((cell) => style('bold', cell)),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: head.map((_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
  });
  made.push(...rows.map((row) => [...row]));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

export function percent(rate: number | null): string {
  if (rate === null) return '–';
  return `${(rate * 100).toFixed(rate > 0 && rate < 0.1 ? 1 : 0)} %`;
}

export function gradeText(grade: number | null): string {
  return grade === null ? '–' : grade.toFixed(2);
}

/** Any value, on one line. */
export function valueText(value: unknown, maxLength: number): string {
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), maxLength);
}

import type { LaterFacts } from '../domain/amendment.ts';
import { FAILURE_MODE_NAMES, type FailureMode } from '../domain/failure-mode.ts';
import { isCategoryName } from '../domain/ids.ts';
import { OUTCOMES } from '../domain/record-words.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem, wrongCall } from '../lib/problem.ts';
import type { SaidVerdict } from '../stint/data.ts';
import { oneOf, wrongValue } from './option-words.ts';

const ATTENDED = ['yes', 'no', 'unknown'] as const;

interface Said {
  readonly verdict?: SaidVerdict;
  readonly facts?: LaterFacts;
}

/** What a person may correct; everything else was seen, and is not a matter of opinion. */
const FIELDS: Readonly<Record<string, (value: string) => Said>> = {
  outcome: (value) => ({ verdict: { outcome: oneOf(OUTCOMES).read(value, 'outcome') } }),
  grade: (value) => ({ verdict: { grade: value === 'none' ? null : readGrade(value) } }),
  failureModes: (value) => ({ verdict: { failureModes: readModes(value) } }),
  category: (value) => {
    if (isCategoryName(value)) return { facts: { category: value } };
    throw wrongValue('category', value, 'the name of a category');
  },
  attended: (value) => ({ facts: { attended: oneOf(ATTENDED).read(value, 'attended') } }),
};

export const AMENDABLE = Object.keys(FIELDS);

/** Reads `field=value` words. @throws Problem `usage` for another field, a value that it cannot have, or one said twice */
export function readAmendFields(words: readonly string[]): { verdict: SaidVerdict; facts: LaterFacts } {
  const read = new Map<string, Said>();
  for (const word of words) {
    const at = word.indexOf('=');
    const field = at < 0 ? word : word.slice(0, at);
    const reader = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    if (!reader) throw notAmendable(field);
    if (at < 0) throw wrongCall(`"${field}" has no value.`, `Write it as ${field}=value.`);
    if (read.has(field)) throw wrongCall(`${field} is said twice.`, 'Say it once.');
    read.set(field, reader(word.slice(at + 1)));
  }
  const all = [...read.values()];
  return {
    verdict: Object.assign({}, ...all.map(({ verdict }) => verdict)) as SaidVerdict,
    facts: Object.assign({}, ...all.map(({ facts }) => facts)) as LaterFacts,
  };
}

function notAmendable(field: string): Problem {
  const near = nearestWord(field, AMENDABLE);
  return wrongCall(
    `"${oneLine(field, 40)}" cannot be amended.${near ? ` Did you mean "${near}"?` : ''}`,
    `A person may correct ${AMENDABLE.join(', ')}.`,
  );
}

function readGrade(value: string): number {
  const grade = Number(value);
  if (/^\d+(\.\d+)?$/.test(value) && grade <= 1) return grade;
  throw wrongValue('grade', value, 'a number from 0 to 1, or none');
}

function readModes(value: string): FailureMode[] {
  if (value === 'none') return [];
  return value.split(',').map((word) => oneOf(FAILURE_MODE_NAMES).read(word.trim(), 'failureModes'));
}

import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';
import config from '../vitest.config.ts';
import { runningImports } from './support/running-imports.ts';

const TOP = path.resolve(import.meta.dirname, '..');
/** Starts `bin/stint`, whose start alone takes longer than most tests of the project `unit`. */
const STARTER = 'test/support/stint.ts';

interface Project {
  readonly test: { readonly name: string; readonly include: string[]; readonly exclude?: string[] };
}

const projects = (config.test?.projects ?? []) as unknown as readonly Project[];

function filesOf(name: string): string[] {
  const project = projects.find((each) => each.test.name === name);
  return globSync(project?.test.include ?? [], { cwd: TOP, exclude: project?.test.exclude ?? [] });
}

const importsByFile = new Map<string, readonly string[]>();

/** Files below `test/` that a file imports. */
function importsOf(file: string): readonly string[] {
  const known = importsByFile.get(file);
  if (known) return known;
  const text = readFileSync(path.join(TOP, file), 'utf8');
  const imports = runningImports(text, parseSync(file, text).module)
    .filter((request) => request.startsWith('.'))
    .map((request) => path.join(path.dirname(file), request))
    .filter((target) => target.startsWith('test/') && target.endsWith('.ts'));
  importsByFile.set(file, imports);
  return imports;
}

/** The way from a file to the one that starts `bin/stint`, null where there is none. */
function findWay(file: string, seen = new Set<string>()): string | null {
  if (file === STARTER) return file;
  if (seen.has(file)) return null;
  seen.add(file);
  for (const target of importsOf(file)) {
    const way = findWay(target, seen);
    if (way !== null) return `${file} > ${way}`;
  }
  return null;
}

test('a test that starts `bin/stint` is in the project e2e: the others are quick, and need no build', () => {
  expect(filesOf('unit').length).toBeGreaterThan(100);
  expect(filesOf('e2e').some((file) => findWay(file) !== null)).toBe(true);
  const wrong = ['unit', 'sessions'].flatMap(filesOf).flatMap((file) => findWay(file) ?? []);
  expect(wrong).toEqual([]);
});

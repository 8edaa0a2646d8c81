import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import type { CliKind } from '../src/domain/plan.ts';
import { CLI_KINDS } from '../src/harness/registry.ts';
import { runningImports } from './support/running-imports.ts';

// The walls of the house. ARCHITECTURE.md says what each room is for.

const SRC = path.resolve(import.meta.dirname, '../src');
const LARGEST_FILE = 400;
const LARGEST_FUNCTION = 60;

/** For each room, the rooms that it may import from beside itself. */
const STAGE = ['lib', 'domain'];
const BELOW_CONTROL = [
  'lib',
  'domain',
  'harness',
  'config',
  'store',
  'git',
  'forge',
  'evidence',
  'plan',
  'run',
  'supervise',
  'judge',
  'record',
  'learn',
  'report',
];
const MAY_IMPORT: Record<string, readonly string[]> = {
  lib: [],
  domain: ['lib'],
  harness: STAGE,
  store: STAGE,
  config: [...STAGE, 'harness'],
  git: STAGE,
  // A session's processes get the settings and hooks of git that tell us of its commits.
  run: [...STAGE, 'git'],
  forge: [...STAGE, 'run'],
  evidence: [...STAGE, 'git', 'run', 'harness'],
  plan: STAGE,
  supervise: STAGE,
  judge: STAGE,
  record: STAGE,
  learn: STAGE,
  report: STAGE,
  control: BELOW_CONTROL,
  // The door: the use cases. Who offers them to people or programs has no other way in.
  stint: [...BELOW_CONTROL, 'control'],
  cli: [...STAGE, 'stint'],
  'index.ts': [...STAGE, 'stint'],
};

/** The floors of `control/`, from the lowest up: each imports only from floors below it. */
const FLOORS = ['project', 'custody', 'planning', 'sinks', 'session', 'desk', 'loop', 'setup', 'demo'];

/** A room may have rooms of its own when it holds more files than a person reads in one list. */
const FILES_OF_A_FULL_ROOM = 25;

/** Rooms that take data and return data. */
const PURE = ['domain', 'plan', 'supervise', 'judge', 'record', 'learn', 'report'];

/** The packages that compute and reach nothing outside. A pure room runs no other, however long the way. */
const HARMLESS = /^(zod|jstat|yaml|picomatch|pure-rand\/.+|node:(crypto|path|util))$/;

/** Globals that lead out of the process, as identifiers: a property of the same name does not. */
const OUTWARD_GLOBAL = /(?<![.\w$])(process|globalThis|global|fetch|WebSocket|EventSource|eval)\b(?!\s*\??:)/;

const OUTSIDE_AT_END = / > (node:fs|node:child_process)$/;

const CLOCK = /\bDate\.now\b|\bnew Date\(\)|(?<!new )\bDate\(|\bperformance\.|\bhrtime\b|\bTemporal\.Now\b/;

/** Words that only some rooms may use, as source text without comments and strings. */
const RESERVED: { what: string; pattern: RegExp; rooms: readonly string[] }[] = [
  { what: 'the wall clock', pattern: CLOCK, rooms: ['lib'] },
  { what: 'chance', pattern: /\bMath\.random\b/, rooms: ['lib'] },
  { what: 'timers', pattern: /\bset(Timeout|Interval)\b/, rooms: ['lib'] },
  // Node's never returns from some places that a user may name (src/lib/make-folder.ts).
  { what: 'a recursive mkdir', pattern: /\bmkdir(Sync)?\([^;]*\brecursive\b/, rooms: [] },
  {
    what: 'a module that no import names',
    pattern:
      /\b(getBuiltinModule|createRequire|dlopen)\b|\bprocess\.(_linkedB|b)inding\b|(?<![.\w$])require\(/,
    rooms: [],
  },
  { what: 'the console', pattern: /\bconsole\./, rooms: ['cli'] },
  { what: 'ending the process', pattern: /\bprocess\.exit\(/, rooms: ['cli/main.ts'] },
];

/** Modules that only some rooms may import. */
const RESERVED_MODULES: { pattern: RegExp; rooms: readonly string[] }[] = [
  { pattern: /^(node:)?child_process$/, rooms: ['lib', 'run'] },
  { pattern: /^kysely$/, rooms: ['store'] },
  {
    pattern: /^better-sqlite3$|^node:sqlite$/,
    rooms: ['store/dialect/driver.ts', 'store/dialect/open-database.ts'],
  },
  { pattern: /^commander$|^log-update$|^cli-table3$|^string-width$/, rooms: ['cli'] },
];

/** Starts git. Other rooms ask named questions of `git/`. */
const GIT_STARTER = 'git/git.ts';
/** Functions of `git/` that run the words that they are given: other rooms may hand them on, not call them. */
const GIT_WORDS = /\.(inScratch|inCheckout|toRemote)\(/;
/** Functions that are given the name of a program. */
const STARTER = /^(spawn|spawnSync|exec|execFile|execa|runProgram|findProgram|programVersion)$/;

/** Statements of SQL, in any string of the file. */
const SQL =
  /['"`]\s*(select\s+.+\s+from|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(table|index)|begin immediate|pragma)\b/i;

/** A string that names an agent CLI, or a variable or folder of one: by the first word of its kind. */
const NAMES_CLI = new RegExp(
  `(?<![a-z])(${CLI_KINDS.map((kind) => kind.split('-')[0] ?? kind)
    .map((word) => (word.length > 2 ? word : `(?<!.)${word}(?!.)`))
    .join('|')})(?![a-z])`,
  'i',
);

/** The files that may name one beside its own folder and its row. */
const MAY_NAME_CLIS: Readonly<Record<string, string>> = {
  'harness/registry.ts': 'the table of the CLIs',
  'harness/contract/login.ts': 'variables of a provider that is called as its CLI is',
  'harness/reading/limit-scope.ts': 'vendors call their models as their CLIs are called',
  'domain/plan.ts': 'CliKind, by which the compiler asks for a row',
  'config/harness-settings.ts': 'the reference says what each format means',
  'domain/settings/category.ts': 'the reference says which CLI limits turns',
  'cli/install.ts': 'hooks stand in the settings of Claude Code alone',
  'cli/hook.ts': 'the same',
  'cli/import.ts': 'its help says whose sessions are read',
  'cli/resume.ts': 'an example in its help',
};

/** Words that another database says in another way, in any text of the file. */
const SQLITE =
  /\b(pragma|rowid|indexed by|begin immediate|strftime|julianday|json_(extract|each|array_length|group_array)|insert or \w+|sqlite_(schema|master))\b|user_version/i;

const SQLITE_HOME = /^store\/(dialect|migrations)\//;

interface SourceFile {
  readonly name: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
  /** The imports without those that are of types only: what runs. */
  readonly running: readonly string[];
  /** What `import()` is given, as source text. */
  readonly dynamic: readonly string[];
  /** The modules whose code it hands on as its own. */
  readonly handedOn: readonly string[];
  readonly code: string;
  /** Its strings, but for those that name modules. */
  readonly strings: readonly string[];
  /** The programs that it names: first in a list of words, first in a call that starts one, or a line for a shell. */
  readonly programs: readonly string[];
  readonly functions: readonly { name: string; lines: number }[];
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map(readSource);

function readSource(name: string): SourceFile {
  const text = readFileSync(path.join(SRC, name), 'utf8');
  const parsed = parseSync(name, text);
  const { module } = parsed;
  const dynamic = module.dynamicImports.map((each) =>
    text.slice(each.moduleRequest.start, each.moduleRequest.end),
  );
  const loaded = dynamic.map((request) => request.replace(/^['"`]|['"`]$/g, ''));
  const exports = module.staticExports.flatMap((each) => each.entries);
  const handedOn = exports.flatMap((entry) =>
    entry.moduleRequest && !entry.isType ? [entry.moduleRequest.value] : [],
  );
  const imports = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...exports.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
    ...loaded,
    ...collectTypeImports(parsed.program),
  ];
  const strings = collectStrings(parsed.program);
  const functions: { name: string; lines: number }[] = [];
  walk(parsed.program, (node) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(String(node['type'])))
      return;
    const lines = text.slice(Number(node['start']), Number(node['end'])).split('\n').length;
    functions.push({ name: `${name}:${text.slice(0, Number(node['start'])).split('\n').length}`, lines });
  });
  return {
    name,
    room: name.split('/')[0] ?? '',
    text,
    imports,
    running: runningImports(text, module),
    dynamic,
    handedOn,
    code: blank(text, parsed.comments, strings),
    strings: strings
      .map(({ start, end }) => text.slice(start, end).replace(/^['"]|['"]$/g, ''))
      .filter((each) => !imports.includes(each)),
    programs: collectPrograms(parsed.program),
    functions,
  };
}

type Node = Record<string, unknown>;

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const each of node) walk(each, visit);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  const record = node as Node;
  if (typeof record['type'] === 'string') visit(record);
  for (const value of Object.values(record)) if (typeof value === 'object') walk(value, visit);
}

function collectStrings(program: unknown): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  walk(program, (node) => {
    const isString = node['type'] === 'Literal' && typeof node['value'] === 'string';
    if (isString || node['type'] === 'TemplateElement')
      found.push({ start: Number(node['start']), end: Number(node['end']) });
  });
  return found;
}

function collectPrograms(program: unknown): string[] {
  const named: string[] = [];
  walk(program, (node) => {
    const key = (node['key'] as Node | undefined)?.['name'];
    const callee = (node['callee'] as Node | undefined)?.['name'];
    if (node['type'] === 'ArrayExpression') named.push(textOf((node['elements'] as unknown[])[0]));
    if (node['type'] === 'CallExpression' && STARTER.test(String(callee)))
      named.push(textOf((node['arguments'] as unknown[])[0]).split(' ')[0] ?? '');
    if (node['type'] === 'Property' && key === 'shell') named.push(textOf(node['value']).split(' ')[0] ?? '');
  });
  return named;
}

/** The text of a string in the source, up to the first value that is put into it. */
function textOf(node: unknown): string {
  const { type, value, quasis } = (node ?? {}) as Node;
  const [first] = (quasis ?? []) as { value: { raw: string } }[];
  const text = type === 'TemplateLiteral' ? first?.value.raw : value;
  return typeof text === 'string' ? text : '';
}

/** The modules of types like `import('./x.ts').X`. */
function collectTypeImports(program: unknown): string[] {
  const found: string[] = [];
  walk(program, (node) => {
    if (node['type'] === 'TSImportType') found.push(String((node['source'] as Node)['value']));
  });
  return found;
}

/** The text with the given ranges emptied, so that words in comments and strings do not count. */
function blank(text: string, ...ranges: readonly { start: number; end: number }[][]): string {
  const chars = text.split('');
  for (const { start, end } of ranges.flat())
    for (let i = start; i < end; i++) if (chars[i] !== '\n') chars[i] = ' ';
  return chars.join('');
}

/** The room that a relative import leads to, null for packages. */
function targetOf(file: SourceFile, request: string): string | null {
  if (!request.startsWith('.')) return null;
  return path.relative(SRC, path.resolve(SRC, path.dirname(file.name), request));
}

function isIn(file: SourceFile, rooms: readonly string[]): boolean {
  return rooms.includes(file.room) || rooms.includes(file.name);
}

describe('the walls', () => {
  test('there is something to guard', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(200);
    expect(files.flatMap((file) => file.functions).length).toBeGreaterThan(300);
  });

  test('these walls see every file', () => {
    const all = readdirSync(SRC, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(all.map(({ name }) => name).filter((name) => !name.endsWith('.ts'))).toEqual([]);
  });

  test('every import() names its module, so that these walls see it', () => {
    const unnamed = files.flatMap(({ name, dynamic }) =>
      dynamic.filter((request) => !/^'[^']+'$/.test(request)).map((request) => `${name}: ${request}`),
    );
    expect(unnamed).toEqual([]);
  });

  test('the door hands on types of the rooms behind it, not their code', () => {
    const wrong = files
      .filter(({ room }) => room === 'stint')
      .flatMap((file) =>
        file.handedOn
          .filter((request) => !targetOf(file, request)?.startsWith('stint/'))
          .map((request) => `${file.name} hands on ${request}`),
      );
    expect(wrong).toEqual([]);
  });

  test('every room is known', () => {
    expect([...new Set(files.map((file) => file.room))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  test('imports go one way', () => {
    const wrong = files.flatMap((file) =>
      file.imports.flatMap((request) => {
        const room = targetOf(file, request)?.split('/')[0];
        const isFine =
          room === undefined || room === file.room || (MAY_IMPORT[file.room] ?? []).includes(room);
        return isFine ? [] : [`${file.name} imports ${request}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('the floors of control import downwards only', () => {
    const floorOf = (name: string): number => FLOORS.indexOf(name.split('/')[1] ?? '');
    const floored = files.filter(({ room }) => room === 'control');
    expect(floored.filter(({ name }) => floorOf(name) < 0).map(({ name }) => name)).toEqual([]);
    const wrong = floored.flatMap((file) =>
      file.imports.flatMap((request) => {
        const target = targetOf(file, request);
        if (!target?.startsWith('control/') || floorOf(target) <= floorOf(file.name)) return [];
        return [`${file.name} imports ${request}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('no folder imports itself, however long the way', () => {
    const edges = new Map<string, string[]>();
    const add = (from: string, to: string): void => {
      if (from !== to) edges.set(from, [...(edges.get(from) ?? []), to]);
    };
    for (const file of files)
      for (const request of file.imports) {
        const target = targetOf(file, request);
        if (target !== null) add(path.dirname(file.name), path.dirname(target));
      }
    expect(findCycle(edges)).toBeNull();
  });

  test.each(PURE)('%s takes data and returns data', (room) => {
    const byName = new Map(files.map((file) => [file.name, file]));
    const wrong = files
      .filter((file) => file.room === room)
      .flatMap((file) => findWayOut(file, byName) ?? []);
    expect(wrong).toEqual([]);
  });

  test('the search for a way out finds one through several files', () => {
    const byName = new Map(files.map((file) => [file.name, file]));
    const file = byName.get('evidence/gather-commits.ts');
    const way = file ? findWayOut(file, byName) : null;
    expect(way?.split(' > ').length).toBeGreaterThan(2);
    expect(way).toMatch(OUTSIDE_AT_END);
  });

  test('no file imports itself, however long the way', () => {
    const edges = new Map(
      files.map((file) => [
        file.name,
        file.imports.flatMap((request) => targetOf(file, request) ?? []).filter((to) => to !== 'cli/main.ts'),
      ]),
    );
    expect(findCycle(edges)).toBeNull();
  });

  test.each(RESERVED)('$what belongs to $rooms', ({ pattern, rooms }) => {
    const wrong = files.filter((file) => !isIn(file, rooms) && pattern.test(file.code));
    expect(wrong.map((file) => file.name)).toEqual([]);
  });

  test.each(RESERVED_MODULES)('$pattern belongs to $rooms', ({ pattern, rooms }) => {
    const wrong = files.filter(
      (file) => !isIn(file, rooms) && file.imports.some((request) => pattern.test(request)),
    );
    expect(wrong.map((file) => file.name)).toEqual([]);
  });

  test('the words of one agent CLI stand in its folder and its row', () => {
    const folderOf = (name: string): string | null => /^harness\/([a-z-]+)\//.exec(name)?.[1] ?? null;
    const folders = files.flatMap(({ name }) => folderOf(name) ?? []);
    expect(
      [...new Set(folders)].filter((name) => !['contract', 'reading', ...CLI_KINDS].includes(name)),
    ).toEqual([]);
    const isCli = (folder: string | null): folder is CliKind => CLI_KINDS.some((kind) => kind === folder);
    const naming = files.filter(
      ({ name, strings }) => !isCli(folderOf(name)) && strings.some((each) => NAMES_CLI.test(each)),
    );
    expect(naming.map(({ name }) => name).toSorted()).toEqual(Object.keys(MAY_NAME_CLIS).toSorted());
    const reaching = files.flatMap((file) => {
      const targets = file.imports.map((request) => targetOf(file, request) ?? '');
      const foreign = targets.filter((to) => isCli(folderOf(to)) && folderOf(to) !== folderOf(file.name));
      return foreign.map((to) => `${file.name} > ${to}`);
    });
    expect(reaching.filter((each) => !each.startsWith('harness/registry.ts > '))).toEqual([
      'control/setup/install-hooks.ts > harness/claude-code/hooks.ts',
    ]);
  });

  test('one file knows where it lies: bundled, all others lie elsewhere', () => {
    const asking = files.filter(({ code }) => /\bimport\.meta\b/.test(code)).map(({ name }) => name);
    expect(asking).toEqual(['lib/own-files.ts']);
  });

  test('git is spoken in git', () => {
    const wrong = files
      .filter(({ room }) => room !== 'git')
      .filter(
        (file) =>
          file.imports.some((request) => targetOf(file, request) === GIT_STARTER) ||
          file.programs.includes('git') ||
          GIT_WORDS.test(file.code),
      );
    expect(wrong.map(({ name }) => name)).toEqual([]);
    const speaking = files.filter(({ programs }) => programs.includes('git')).map(({ name }) => name);
    expect(speaking.toSorted()).toEqual(['git/git.ts', 'git/pulling/pull-git.ts']);
  });

  test('two files ask what names and places in a repository stand for', () => {
    const asking = files.filter(({ text }) => text.includes("'rev-parse'")).map(({ name }) => name);
    expect(asking.toSorted()).toEqual(['git/names.ts', 'git/repository.ts']);
  });

  test('gh is asked in forge', () => {
    const asking = files.filter(({ programs }) => programs.includes('gh')).map(({ name }) => name);
    expect(asking.toSorted()).toEqual(['forge/forge.ts', 'forge/pull-request.ts']);
  });

  test('SQL belongs to store', () => {
    expect(
      files.filter((file) => file.room !== 'store' && SQL.test(file.text)).map((file) => file.name),
    ).toEqual([]);
  });

  test("SQLite's own words belong to store/dialect and to the migrations", () => {
    const wrong = files.filter(({ name, text }) => !SQLITE_HOME.test(name) && SQLITE.test(text));
    expect(wrong.map(({ name }) => name)).toEqual([]);
    expect(files.filter(({ name, text }) => SQLITE_HOME.test(name) && SQLITE.test(text))).not.toEqual([]);
  });

  test('only the judge makes verdicts', () => {
    const users = files.filter((file) => /\bbrandVerdict\b/.test(file.code)).map((file) => file.name);
    expect(users.toSorted()).toEqual([
      'domain/verdict.ts',
      'judge/correct-verdict.ts',
      'judge/judge-imported.ts',
      'judge/judge.ts',
      'judge/opinion.ts',
      'judge/reverted.ts',
    ]);
  });

  test(`no file is longer than ${LARGEST_FILE} lines, no function than ${LARGEST_FUNCTION}`, () => {
    const long = files.filter((file) => file.text.split('\n').length > LARGEST_FILE).map((file) => file.name);
    const large = files
      .flatMap((file) => file.functions)
      .filter(({ lines }) => lines > LARGEST_FUNCTION)
      .map(({ name, lines }) => `${name} (${lines})`);
    expect([...long, ...large]).toEqual([]);
  });

  test('names say what a file is', () => {
    const vague =
      /(^|\/)(util|utils|helper|helpers|manager|service|common|core|base|types|constants)(\.|\/|-)/;
    expect(
      files
        .map((file) => file.name)
        .filter(
          (name) => vague.test(name) || !/^((control\/)?([a-z-]+\/){1,2}[a-z0-9-]+|index)\.ts$/.test(name),
        ),
    ).toEqual([]);
  });

  test(`only a room of more than ${FILES_OF_A_FULL_ROOM} files has rooms of its own`, () => {
    const partsOf = (name: string): string[] => path.dirname(name).split('/');
    const roomOf = (name: string): string =>
      partsOf(name)
        .slice(0, name.startsWith('control/') ? 2 : 1)
        .join('/');
    const rooms = Map.groupBy(files, ({ name }) => roomOf(name));
    const divided = [...rooms].filter(([room, inside]) =>
      inside.some(({ name }) => path.dirname(name) !== room),
    );
    const small = divided.filter(([, inside]) => inside.length <= FILES_OF_A_FULL_ROOM);
    expect(small.map(([room, inside]) => `${room} (${inside.length} files)`)).toEqual([]);
  });
});

/** The way from a file to what reaches outside the process, null where there is none. */
function findWayOut(
  file: SourceFile,
  byName: ReadonlyMap<string, SourceFile>,
  seen = new Set<string>(),
): string | null {
  seen.add(file.name);
  const [, outward] = OUTWARD_GLOBAL.exec(file.code) ?? [];
  if (outward !== undefined) return `${file.name} > ${outward}`;
  for (const request of file.running) {
    const target = targetOf(file, request);
    if (target === null) {
      if (!HARMLESS.test(request)) return `${file.name} > ${request}`;
      continue;
    }
    const next = byName.get(target);
    if (!next || seen.has(target)) continue;
    const way = findWayOut(next, byName, seen);
    if (way !== null) return `${file.name} > ${way}`;
  }
  return null;
}

function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of edges.get(name) ?? []) {
      const cycle = visit(next, [...trail, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return null;
  };
  for (const name of edges.keys()) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return null;
}

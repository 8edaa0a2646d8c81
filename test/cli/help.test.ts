import { expect, test } from 'vitest';
import { VERBS } from '../../src/cli/verbs.ts';
import { splitWords } from '../../src/lib/split-words.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint } from '../support/stint-here.ts';

const NAMES = VERBS.map(({ name }) => name);

/** Defaults that a person has to know before calling. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  init: { '--permissions': 'edit' },
  plan: { '--top': 'schedule.top' },
  run: { '--timeout': '45m', '--category': 'the name of its program' },
  fanout: { '--top': 'schedule.top' },
  sessions: { '--limit': '50' },
  learn: { '--category': 'all' },
  report: { '--last': '100', '--recent': '30', '--since': '7d' },
};

function place(env: NodeJS.ProcessEnv = {}) {
  const folder = scratchFolder();
  return { folder, env: { ...scratchEnvironment(folder), ...env } };
}

async function helpOf(verb: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { code, stdout, stderr } = await stint(place(env), verb, '--help');
  expect([verb, code, stderr]).toEqual([verb, 0, '']);
  return stdout;
}

interface Entry {
  readonly name: string;
  readonly text: string;
}

/** The entries of a section, each with its lines joined. */
function section(help: string, title: string): Entry[] {
  const lines = help.split('\n');
  const start = lines.indexOf(`${title}:`);
  if (start < 0) return [];
  const end = lines.indexOf('', start);
  const text = lines.slice(start + 1, end).reduce((all, line) => {
    return /^ {2}\S/.test(line) ? `${all}\n${line.trim()}` : `${all} ${line.trim()}`;
  }, '');
  return text
    .trim()
    .split('\n')
    .map((entry) => {
      const [name = '', ...rest] = entry.split(/ {2,}/);
      return { name, text: rest.join(' ') };
    });
}

/** The words of each example, without what it says about it and where a shell sends it. */
function examplesOf(help: string): string[][] {
  const lines = help.slice(help.indexOf('\nExamples:\n')).split('\n');
  return lines
    .filter((line) => line.startsWith('  $ stint '))
    .map((line) => {
      const call = line.slice('  $ stint '.length).split(/ {2,}| >/)[0] ?? '';
      const split = splitWords(call.replace('~', 'HOME'));
      if ('refused' in split) throw new Error(`${call}: ${split.refused}`);
      return split.words;
    });
}

test.for(NAMES)('%s says what it does, what it takes, and how it is called', async (verb) => {
  const help = await helpOf(verb);
  const [usage, , description] = help.split('\n');
  expect(usage).toMatch(new RegExp(`^Usage: stint ${verb} `));
  expect(description).toBe(VERBS.find(({ name }) => name === verb)?.summary);
  const options = section(help, 'Options');
  expect(options.map(({ name }) => name)).toContain('-h, --help');
  const entries = [...section(help, 'Arguments'), ...options];
  expect(entries.filter(({ text }) => text.length < 3)).toEqual([]);
  for (const [option, value] of Object.entries(DEFAULTS[verb] ?? {})) {
    const entry = options.find(({ name }) => name.split(/[ ,]+/).includes(option));
    expect(entry?.text).toMatch(/\(default: .+\)/);
    expect(entry?.text).toContain(value);
  }
  const examples = examplesOf(help);
  expect(examples.length).toBeGreaterThanOrEqual(2);
  expect(examples.map(([first]) => first)).toEqual(examples.map(() => verb));
});

test.for(NAMES)('the examples of %s are calls that it takes', async (verb) => {
  const help = await helpOf(verb);
  // The help of a wrong call is printed all the same, so its options are looked up first.
  const known = new Set(section(help, 'Options').flatMap(({ name }) => name.split(/[ ,]+/)));
  const misses = [];
  for (const words of examplesOf(help)) {
    const at = words.includes('--') ? words.indexOf('--') : words.length;
    const unknown = words.slice(0, at).filter((word) => word.startsWith('-') && !known.has(word));
    if (unknown.length > 0) misses.push(`${words.join(' ')}: ${unknown.join(' ')}`);
    const { code, stderr } = await stint(place(), ...words.slice(0, at), '--help', ...words.slice(at));
    if (code !== 0 || stderr !== '') misses.push(`${words.join(' ')}: ${code} ${stderr}`);
  }
  expect(misses).toEqual([]);
});

test.for(NAMES)('`stint help %s` is the same', async (verb) => {
  const { code, stdout } = await stint(place(), 'help', verb);
  expect(code).toBe(0);
  expect(stdout).toBe(await helpOf(verb));
});

test('the first help names every verb', async () => {
  const { code, stdout } = await stint(place(), '--help');
  expect(code).toBe(0);
  for (const { name, summary } of VERBS) expect(stdout.replace(/\s+/g, ' ')).toContain(`${name} ${summary}`);
  expect((await stint(place(), 'help')).stdout).toBe(stdout);
});

test('all of it fits: in 80 columns where the reader says so, in 100 in a pipe', async () => {
  const widest = (text: string): string[] => text.split('\n').toSorted((a, b) => b.length - a.length);
  const misses = [];
  for (const verb of ['--help', ...NAMES]) {
    const words = verb === '--help' ? [verb] : [verb, '--help'];
    const narrow = widest((await stint(place({ COLUMNS: '80' }), ...words)).stdout)[0] ?? '';
    const wide = widest((await stint(place({ COLUMNS: undefined }), ...words)).stdout)[0] ?? '';
    misses.push(...(narrow.length > 80 ? [narrow] : []), ...(wide.length > 100 ? [wide] : []));
  }
  expect(misses).toEqual([]);
});

test('a pipe and NO_COLOR get no colour', async () => {
  for (const env of [{ NO_COLOR: undefined }, { NO_COLOR: '1' }])
    expect(await helpOf('run', { ...env, FORCE_COLOR: undefined })).not.toContain('\u001b');
});

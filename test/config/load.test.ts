import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findReservedSettings } from '../../src/config/explain.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { CategorySettings, Settings } from '../../src/config/settings.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { CLI_KINDS, CLIS } from '../../src/harness/registry.ts';
import { Problem } from '../../src/lib/problem.ts';
import { scratchFolder } from '../support/scratch.ts';

function load(text: string): Settings {
  const file = path.join(scratchFolder(), 'stint.yaml');
  writeFileSync(file, text);
  return loadConfig({ file, env: {}, assignments: [] }).settings;
}

/** The refusal of a text, its place without the folder: `stint.yaml:3:5: …`. */
function refusal(text: string): { code: string; message: string; hint: string } {
  try {
    load(text);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.exitCode).toBe(2);
    return { code: error.code, message: error.message.replace(/^.*\/(?=stint\.yaml)/, ''), hint: error.hint };
  }
  throw new Error('it was accepted');
}

const HEAD = `version: 1
harnesses:
  agent: { command: [agent] }
categories:
  code:
    prompt: do it
`;

function category(lines = ''): CategorySettings {
  const settings = load(HEAD + lines.replace(/^(?=.)/gm, '    '));
  const found = settings.categories.get('code' as CategoryName);
  if (!found) throw new Error('no category');
  return found;
}

const refuseCategory = (lines: string) => refusal(HEAD + lines.replace(/^(?=.)/gm, '    '));

describe('the smallest file', () => {
  test('has every default', () => {
    const { name, prompt, harnesses, supervise, ...rest } = category();
    expect({ name, prompt, harnesses }).toEqual({
      name: 'code',
      prompt: { text: 'do it' },
      harnesses: ['agent'],
    });
    expect(rest).toMatchObject({
      permissions: 'edit',
      preamble: true,
      isolation: 'worktree',
      timeoutMs: 45 * 60_000,
      softDeadlineMs: 36 * 60_000,
      check: null,
      setup: null,
      paths: [],
      copy: [],
    });
    // 2-liveness, rule 8.
    expect(supervise.get('agent')).toMatchObject({
      firstEventMs: 120_000,
      silenceMs: 1_200_000,
      finishingMs: 30_000,
      sampleMs: 5000,
      suppressionMs: 1_800_000,
    });
    expect(load(HEAD).schedule).toEqual({
      everyMs: 1_800_000,
      top: 3,
      maxConcurrent: 6,
      jitterMs: 2000,
      slots: 5,
      maxOpenPrs: 10,
    });
    // 4-scheduling: back to back, and the gate's rule in 3-outcomes.
    expect(category().schedule).toEqual({ cooldownMs: 180_000, respawn: { grade: 0.65, chain: 1 } });
    expect(load(HEAD).gate).toEqual({
      mode: 'abandoned_loop',
      rate: 0.4,
      window: 50,
      consecutive: 12,
      minSessions: 20,
      detector: 'notify',
    });
  });

  test('a harness by the name of a kind needs no more than its name', () => {
    const settings = load(
      'version: 1\nharnesses: { claude-code: {} }\ncategories: { code: { prompt: x } }\n',
    );
    expect(settings.harnesses.get('claude-code')).toMatchObject({
      account: 'claude-code',
      models: [],
      settings: { type: 'claude-code', command: ['claude'] },
    });
  });
});

describe('every refusal names file, line and column, the value and the next step', () => {
  test.each([
    ['a missing version', 'categories: {}\n', /^stint\.yaml:1:1: version is missing; .*1/],
    ['another version', HEAD.replace('version: 1', 'version: 2'), /^stint\.yaml:1:10: version is "2"; /],
    ['an empty file', '', /^stint\.yaml:1:1: /],
    ['no category', 'version: 1\ncategories: {}\n', /^stint\.yaml:2:13: categories .*at least one category/],
    [
      'a duration without a unit',
      `${HEAD}    timeout: 45\n`,
      /^stint\.yaml:7:14: categories\.code\.timeout is "45"; it must be a duration/,
    ],
    [
      'a duration that is none',
      `${HEAD}    timeout: soon\n`,
      /^stint\.yaml:7:14: categories\.code\.timeout is "soon"; it must be a duration/,
    ],
    ['a limit of nothing', `${HEAD}    timeout: 0s\n`, /^stint\.yaml:7:14: .*"0s"; it must be longer than 0/],
    ['a soft deadline over 100 %', `${HEAD}    softDeadline: 120%\n`, /^stint\.yaml:7:19: .*"120%"; /],
    [
      'a size that is none',
      `${HEAD}    supervise: { output: big }\n`,
      /^stint\.yaml:7:26: .*"big"; it must be a size/,
    ],
    [
      'a word that is not among the known',
      `${HEAD}    isolation: jail\n`,
      /^stint\.yaml:7:16: .*"jail"; .*worktree/,
    ],
    [
      'a sample that is no look but a storm',
      `${HEAD}    supervise: { sample: 1ms }\n`,
      /^stint\.yaml:7:26: .*at least 50ms/,
    ],
    [
      'landing that does not exist',
      `${HEAD}    land: main\n`,
      /^stint\.yaml:7:11: .*"main"; it must be branch, rebase/,
    ],
    [
      'a number of sessions that is none',
      `${HEAD}schedule: { maxConcurrent: 0 }\n`,
      /^stint\.yaml:7:28: .*"0"; /,
    ],
    ['a NUL in a prompt', HEAD.replace('do it', '"a\\0b"'), /^stint\.yaml:6:13: .*NUL/],
  ])('%s', (_, text, message) => {
    const problem = refusal(text);
    expect(problem.message).toMatch(message);
    expect(problem.message.endsWith('.')).toBe(true);
    expect(problem.hint.length).toBeGreaterThan(10);
  });

  test.each([
    [
      'no prompt',
      HEAD.replace('    prompt: do it\n', '    check: x\n'),
      /^stint\.yaml:6:5: categories\.code has no prompt/,
      /promptFile/,
    ],
    [
      'two prompts',
      `${HEAD}    promptFile: a.md\n`,
      /^stint\.yaml:7:17: .*both prompt and promptFile/,
      /Keep one/,
    ],
    [
      'an unknown harness',
      `${HEAD}    harness: agnt\n`,
      /^stint\.yaml:7:14: .*"agnt"/,
      /Did you mean "agent"/,
    ],
    [
      'a harness without a command',
      'version: 1\nharnesses: { x: {} }\ncategories: { a: { prompt: p } }\n',
      /^stint\.yaml:2:17: .*"x" has no command/,
      /command/,
    ],
    [
      'a harness with the name of wrapped scripts',
      'version: 1\nharnesses: { wrap: { command: agent } }\ncategories: { a: { prompt: p } }\n',
      /^stint\.yaml:2:20: harnesses\.wrap has the name that `run --wrap` gives/,
      /another name/,
    ],
    [
      'a soft deadline after the limit',
      `${HEAD}    timeout: 10m\n    softDeadline: 20m\n`,
      /^stint\.yaml:8:19: .*\(20m\).*\(10m\)/,
      /Lower softDeadline/,
    ],
  ])('%s', (_, text, message, hint) => {
    const problem = refusal(text);
    expect(problem.message).toMatch(message);
    expect(problem.hint).toMatch(hint);
  });
});

describe('unknown keys', () => {
  test.each([
    [
      'at the top',
      `${HEAD}harneses: {}\n`,
      'stint.yaml:7:1: "harneses" is no setting.',
      'Did you mean "harnesses"?',
    ],
    [
      'in a category',
      `${HEAD}    timout: 5m\n`,
      'stint.yaml:7:5: "categories.code.timout" is no setting.',
      'Did you mean "timeout"?',
    ],
    [
      'in limits',
      `${HEAD}    supervise: { silense: 5m }\n`,
      'stint.yaml:7:18: "categories.code.supervise.silense" is no setting.',
      'Did you mean "silence"?',
    ],
    [
      'in a harness',
      HEAD.replace('[agent] }', '[agent], modle: x }'),
      'stint.yaml:3:30: "harnesses.agent.modle" is no setting.',
      'Did you mean "model"?',
    ],
  ])('%s', (_, text, message, hint) => {
    expect(refusal(text)).toEqual({ code: 'config_unknown_key', message, hint });
  });

  test('with nothing near, all that are known are named', () => {
    expect(refusal(`${HEAD}    banana: 1\n`).hint).toMatch(/^Known here: .*prompt, .*timeout/);
  });

  test('a key of the prototype is a key like any other', () => {
    expect(refusal(`${HEAD}    __proto__: { timeout: 1s }\n`).message).toContain('__proto__');
    expect(refusal(`${HEAD}constructor: {}\n`).message).toContain('"constructor" is no setting');
  });
});

describe('limits nest', () => {
  test('incident 11: a silence longer than the time limit is refused where it stands', () => {
    const own = refuseCategory('timeout: 10m\nsupervise: { silence: 20m }\n');
    expect(own.message).toMatch(
      /^stint\.yaml:8:27: categories\.code\.supervise\.silence \(20m\) is longer .*code \(10m\)/,
    );
    expect(own.hint).toContain('categories.code.timeout');
    const project = refusal(`${HEAD}    timeout: 10m\nsupervise: { silence: 20m }\n`);
    expect(project.message).toMatch(/^stint\.yaml:8:23: supervise\.silence \(20m\)/);
  });

  test('a default is never in the way of a shorter limit: it gives way', () => {
    expect(category('timeout: 1m\n').supervise.get('agent')).toMatchObject({
      silenceMs: 60_000,
      firstEventMs: 60_000,
      finishingMs: 30_000,
    });
  });

  test('the category’s own wins over the project’s, and that over the default', () => {
    const settings = load(
      `${HEAD}    supervise: { silence: 5m }\nsupervise: { silence: 7m, finishing: 9s }\n`,
    );
    expect(settings.categories.get('code' as CategoryName)?.supervise.get('agent')).toMatchObject({
      silenceMs: 300_000,
      finishingMs: 9000,
      firstEventMs: 120_000,
    });
  });

  test('the harness’s lies between the project’s and the category’s', () => {
    const settings = load(
      `${HEAD}    supervise: { silence: 5m }
supervise: { silence: 7m, finishing: 9s, firstEvent: 8s }
`.replace('[agent] }', '[agent], supervise: { silence: 6m, finishing: 6s } }'),
    );
    expect(settings.categories.get('code' as CategoryName)?.supervise.get('agent')).toMatchObject({
      silenceMs: 300_000,
      finishingMs: 6000,
      firstEventMs: 8000,
    });
  });

  test('a soft deadline is a share of the limit or a time', () => {
    expect(category('timeout: 10m\nsoftDeadline: 50%\n').softDeadlineMs).toBe(300_000);
    expect(category('timeout: 10m\nsoftDeadline: 4m\n').softDeadlineMs).toBe(240_000);
  });

  test('a limit that no timer can hold is refused', () => {
    expect(refuseCategory('timeout: 30d\n').message).toMatch(/"30d"; it must be at most 24d/);
    expect(category('timeout: 24d\n').timeoutMs).toBe(24 * 86_400_000);
  });
});

describe('commands', () => {
  test('one line is split into words, a list is taken as it is', () => {
    expect(category(`check: npm test -- 'a b'\n`).check).toEqual({ words: ['npm', 'test', '--', 'a b'] });
    expect(category('check: [sh, -c, "a && b"]\n').check).toEqual({ words: ['sh', '-c', 'a && b'] });
    expect(category('check: |\n  npm test\n').check).toEqual({ words: ['npm', 'test'] });
  });

  test.each(['npm test && npm run lint', 'npm test | tee log', 'echo $HOME', 'ls *.ts', 'CI=1 npm test'])(
    'what only a shell understands is refused, and `shell: true` named: %s',
    (line) => {
      const problem = refuseCategory(`check: ${line}\n`);
      expect(problem.message).toMatch(
        /^stint\.yaml:7:12: categories\.code\.check has .*only a shell understands/,
      );
      expect(problem.hint).toContain('`shell: true`');
      expect(category(`shell: true\ncheck: ${line}\n`).check).toEqual({ shell: line });
    },
  );

  test('an empty one is refused', () => {
    expect(refuseCategory('check: ""\n').message).toMatch(/^stint\.yaml:7:12: /);
    expect(refuseCategory('check: []\n').message).toMatch(/^stint\.yaml:7:12: /);
    expect(refuseCategory('check: "  "\n').message).toMatch(/^stint\.yaml:7:12: .*must name a program/);
    expect(refuseCategory('check: ["", x]\n').message).toMatch(/^stint\.yaml:7:12: /);
  });

  test('of a harness may hold placeholders, though braces are a shell’s', () => {
    const text = HEAD.replace('[agent]', '"agent --in={workspace} {prompt}"');
    expect(load(text).harnesses.get('agent')?.settings).toEqual({
      type: 'command',
      format: 'text',
      command: ['agent', '--in={workspace}', '{prompt}'],
    });
    const problem = refusal(HEAD.replace('[agent]', '"agent {other}"'));
    expect(problem.message).toContain('has "{"');
    // A harness has no `shell: true` to set.
    expect(problem.hint).toBe('Write it as a list of words, or put it into a script.');
  });
});

describe('kinds of harness', () => {
  const withHarnesses = (harnesses: string) =>
    `version: 1\nharnesses:\n  ${harnesses}\ncategories: { code: { prompt: x } }\n`;
  const settingsOf = (harnesses: string) =>
    [...load(withHarnesses(harnesses)).harnesses.values()][0]?.settings;

  test.each(CLI_KINDS)('%s needs nothing but its name', (name) => {
    expect(settingsOf(`${name}: {}`)).toEqual({ type: name, command: [CLIS[name].program] });
  });

  test('a type makes any name one, and a command is its program', () => {
    expect(settingsOf('fast: { type: codex, command: nice codex, model: m }')).toEqual({
      type: 'codex',
      command: ['nice', 'codex'],
    });
  });

  test('a type goes before the name', () => {
    expect(settingsOf('codex: { type: command, command: [codex, exec] }')).toMatchObject({
      type: 'command',
      format: 'text',
    });
  });

  test('a command may print what a CLI prints that stint knows; another word is refused with all of them', () => {
    expect(settingsOf('x: { command: [agent], format: codex }')).toMatchObject({
      type: 'command',
      format: 'codex',
    });
    expect(refusal(withHarnesses('x: { command: [agent], format: codec }')).message).toMatch(
      /^stint\.yaml:3:\d+: .*text, stream-json, claude-code, codex, gemini/,
    );
  });

  test('a format on a kind that has its own is refused', () => {
    const problem = refusal(withHarnesses('claude-code: { format: claude-code }'));
    expect(problem.message).toMatch(/^stint\.yaml:3:26: .*format "claude-code".*is a claude-code/);
    expect(problem.hint).toBe('Remove it, or set type: command.');
    expect(refusal(withHarnesses('x: { type: codex, format: text }')).code).toBe('config_invalid');
  });
});

describe('paths stay inside the project', () => {
  const at = 'version: 1\nharnesses: { a: { command: [a] } }\ncategories:\n  code:\n';

  test.each(['../secret.md', '/etc/passwd', 'a/../../b.md', '..'])('promptFile: %s', (file) => {
    const problem = refusal(`${at}    promptFile: ${file}\n`);
    expect(problem.message).toBe(
      `stint.yaml:5:17: categories.code.promptFile is "${file}", outside the project.`,
    );
  });

  test('copy: ../other', () => {
    expect(refuseCategory('copy: [.env, ../other]\n').message).toMatch(
      /^stint\.yaml:7:18: .*outside the project/,
    );
  });

  test('artefacts: ../other', () => {
    expect(refuseCategory('artefacts: { report: [a/*.pdf, ../other] }\n').message).toMatch(
      /^stint\.yaml:7:\d+: categories\.code\.artefacts\.report is "\.\.\/other", outside the project\.$/,
    );
    expect(category('artefacts: { report: a/../*.pdf, data: [x.csv, y/*.csv] }\n').artefacts).toEqual({
      report: ['*.pdf'],
      data: ['x.csv', 'y/*.csv'],
    });
  });

  test('what stays inside is fine', () => {
    const settings = load(`${at}    promptFile: prompts/../a.md\n`);
    expect(settings.categories.get('code' as CategoryName)?.prompt).toEqual({ file: 'a.md' });
  });
});

describe('a budget of tokens', () => {
  test.each([
    ['20M', 20e6],
    ['500k', 500e3],
    ['250000', 250e3],
  ])('%s', (text, tokens) => {
    expect(category(`budget: { tokens: ${text} }\n`).budget.tokens).toBe(tokens);
  });

  test.each(['0', '-5', '0k', 'many', '[]'])('%s is refused', (text) => {
    expect(refuseCategory(`budget: { tokens: ${text} }\n`).message).toMatch(
      /it must be a number of tokens such as 500k or 20M/,
    );
  });
});

describe('names of categories', () => {
  const named = (name: string): string =>
    `version: 1\nharnesses: { a: { command: [a] } }\ncategories:\n  ${name}: { prompt: x }\n`;

  test.each(['code', 'Code2', 'a.b', 'a-b_c', '7', 'x'.repeat(64)])('%s is one', (name) => {
    expect([...load(named(name)).categories.keys()]).toEqual([name]);
  });

  test.each([
    '../up',
    'a/b',
    '.hidden',
    'a..b',
    'a.lock',
    'A.LOCK',
    'a.',
    '-a',
    '"a b"',
    '"a\\nb"',
    '"\\e[31m"',
    'ü',
    'x'.repeat(65),
  ])('%s is none', (name) => {
    const { message } = refusal(named(name));
    expect(message).toMatch(/^stint\.yaml:4:3: ".*": it must be a category name/);
    // eslint-disable-next-line no-control-regex -- a name must not reach the terminal as it is
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });
});

test('a category by the name of the prototype is none either', () => {
  const text = `version: 1\nharnesses: { a: { command: [a] } }\ncategories:\n  __proto__: { prompt: x }\n`;
  expect(refusal(text).message).toMatch(/^stint\.yaml:4:3: /);
});

describe('YAML that cannot be meant', () => {
  test('a key that stands twice', () => {
    const problem = refusal(`${HEAD}    timeout: 5m\n    timeout: 6m\n`);
    expect(problem.code).toBe('config_syntax');
    expect(problem.message).toMatch(/^stint\.yaml:8:5: .*unique/);
  });

  test.each([
    ['a bracket that is never closed', 'version: [1\n', /^stint\.yaml:\d+:\d+: it is no valid YAML/],
    [
      'a tab for indentation',
      'version: 1\ncategories:\n\tcode: x\n',
      /^stint\.yaml:\d+:\d+: it is no valid YAML/,
    ],
    ['two documents', 'version: 1\n---\nversion: 1\n', /^stint\.yaml:\d+:\d+: /],
    ['a list', '- version: 1\n', /^stint\.yaml:1:1: the file is a list; it must be a map/],
    ['a word', 'hello\n', /^stint\.yaml:1:1: /],
  ])('%s', (_, text, message) => expect(refusal(text).message).toMatch(message));

  test('aliases that grow without end are refused at once', () => {
    const names = 'abcdefghijklmnop';
    const levels = names.split('').map((name, index) => {
      const of = index === 0 ? 'x' : `*${names.charAt(index - 1)}`;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(', ')}]`;
    });
    // 9 to the power of 16 words: whoever follows them never ends.
    expect(refusal(`version: 1\n${levels.join('\n')}\n`).code).toBe('config_syntax');
  });

  test('brackets as deep as the sea are refused and end nothing', () => {
    expect(refusal(`version: ${'['.repeat(50_000)}\n`).code).toBe('config_syntax');
    expect(refusal(`version: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`).message).toMatch(/^stint\.yaml:/);
  });
});

describe('the file itself', () => {
  test('that is not there', () => {
    const file = path.join(scratchFolder(), 'stint.yaml');
    expect(() => loadConfig({ file, env: {}, assignments: [] })).toThrow(/There is no stint\.yaml in /);
  });

  test('that is a folder', () => {
    const folder = scratchFolder();
    mkdirSync(path.join(folder, 'stint.yaml'));
    expect(() => loadConfig({ file: path.join(folder, 'stint.yaml'), env: {}, assignments: [] })).toThrow(
      /cannot be read: it is a folder/,
    );
  });
});

describe('every setting at once', () => {
  const WHOLE = `version: 1
permissions: edit
preamble: true
harnesses:
  claude-code: { model: [sonnet, opus], account: team }
  mine:
    type: command
    command: [python3, agent.py, "{prompt}"]
    format: text
categories:
  code:
    prompt: do it
    harness: [claude-code, mine]
    isolation: worktree
    base: origin/main
    setup: npm ci
    copy: [.env]
    timeout: 45m
    softDeadline: 80%
    maxTurns: 200
    check: npm test
    land: rebase
    landTimeout: 3m
    supply: [gh, issue, list, --json, number]
    owner: "@maintainer"
    after: ./tell.sh
    pull: never
    schedule: { cooldown: 1m, respawn: { chain: 2 } }
after: ./notify.sh
pull: in-place
supervise: { firstEvent: 2m, silence: 20m, finishing: 30s, sample: 5s, suppression: 30m, markerDirs: [] }
schedule:
  { every: 30m, top: 3, maxConcurrent: 6, slots: 5, cooldown: 180s, maxOpenPrs: 10, respawn: { grade: 0.65, chain: 1 } }
gate: { mode: abandoned_loop, rate: 40%, window: 50, consecutive: 12, minSessions: 20 }
timezone: Europe/Stockholm
retention: { sessions: 90d, raw: 14d, disk: 5GB }
`;

  test('is accepted, and a category says its own', () => {
    const settings = load(WHOLE);
    expect(settings.categories.get('code' as CategoryName)).toMatchObject({
      land: 'rebase',
      landTimeoutMs: 180_000,
      supply: { words: ['gh', 'issue', 'list', '--json', 'number'] },
      after: { words: ['./tell.sh'] },
      pull: 'never',
      schedule: { cooldownMs: 60_000, respawn: { grade: 0.65, chain: 2 } },
    });
    expect(settings).toMatchObject({
      timezone: 'Europe/Stockholm',
      gate: { rate: 0.4 },
      retention: { sessionsMs: 90 * 86_400_000, rawMs: 14 * 86_400_000, diskBytes: 5e9 },
    });
  });

  test('what nothing goes by yet is named', () => {
    const file = path.join(scratchFolder(), 'stint.yaml');
    writeFileSync(file, WHOLE);
    const names = findReservedSettings(loadConfig({ file, env: {}, assignments: [] }).source);
    expect(names).toContain('gate');
    expect(names).not.toContain('after');
  });

  test.each([
    ['gate: { mode: lazy }', /gate\.mode is "lazy"/],
    ['gate: { rate: 140% }', /gate\.rate is "140%"; it must be a share/],
    ['gate: { rate: 40 }', /gate\.rate is "40"; it must be a share/],
    ['timezone: Mars/Base', /timezone is "Mars\/Base"; it must be a time zone/],
    [
      'retention: { raw: 91d, sessions: 90d }',
      /retention\.raw \(91d\) is longer than retention\.sessions \(90d\)/,
    ],
    ['pull: always', /pull is "always"/],
    ['after: "a | b"', /after has "\|", which only a shell understands/],
    ['schedule: { respawn: { grade: 2 } }', /schedule\.respawn\.grade is "2"; it must be at most 1/],
  ])('%s is refused', (line, message) => {
    expect(refusal(`${HEAD}${line}\n`).message).toMatch(message);
  });

  test('raw output that is kept for long keeps its sessions too, unless that is said', () => {
    expect(load(`${HEAD}retention: { raw: 100d }\n`).retention.sessionsMs).toBe(100 * 86_400_000);
    expect(load(`${HEAD}retention: { sessions: 3d }\n`).retention.rawMs).toBe(3 * 86_400_000);
  });

  test('work in a shared checkout has no branch to land', () => {
    expect(refuseCategory('isolation: shared\nland: rebase\n').message).toMatch(
      /land is rebase, and its sessions/,
    );
    expect(category('isolation: shared\nland: [./publish.sh]\n').land).toEqual({ words: ['./publish.sh'] });
  });
});

describe('redact', () => {
  test('takes expressions', () => {
    expect(load(`${HEAD}redact: ['ACME-\\d+']\n`).redact).toEqual([String.raw`ACME-\d+`]);
  });

  test.each([
    ['(', 'no regular expression'],
    ['x*', 'matches the empty text'],
    ['(a+)+', 'repeats a repetition'],
  ])('%s is refused with its place', (source, why) => {
    const problem = refusal(`${HEAD}redact: [ok, '${source}']\n`);
    expect(problem.message).toMatch(/^stint\.yaml:\d+:\d+: /);
    expect(problem.message).toContain('redact.1');
    expect(problem.message).toContain(why);
  });
});

test('the default of how often is looked gives way to a shorter silence', () => {
  const sampleOf = (supervise: string): number | undefined =>
    category(`supervise: { ${supervise} }`).supervise.get('agent')?.sampleMs;
  expect(sampleOf('silence: 2s')).toBe(2000);
  expect(sampleOf('silence: 10ms')).toBe(50);
  expect(sampleOf('silence: 10s')).toBe(5000);
});

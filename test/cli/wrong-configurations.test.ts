import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findMisses, scratchOf, snapshot } from '../support/refusals.ts';
import { scratchProject } from '../support/scratch.ts';
import { stint } from '../support/stint-here.ts';

// Wrong configurations: each is told in one sentence, with and without --json, by the exit code of docs/exit-codes.md, and leaves
// everything as it was. All in one process; test/e2e/bad-input.test.ts starts the program itself for a few of them.

/** A valid head and tail, to break one line at a time. */
const HEAD = 'version: 1\nharnesses: { a: { command: ["true"] } }\n';
const TAIL = 'categories: { code: { prompt: x } }\n';
const category = (setting: string): string => `${HEAD}categories: { code: { prompt: x, ${setting} } }\n`;
const harness = (value: string): string => `version: 1\nharnesses: { a: ${value} }\n${TAIL}`;
const top = (line: string): string => `${HEAD}${TAIL}${line}\n`;

type File = readonly [text: string, code: string, says: RegExp];

const FILES: readonly File[] = [
  // no YAML
  ['version: 1\ncategories:\n\tcode: {}\n', 'config_syntax', /yaml:3:1: .*Tabs are not allowed/],
  ['version: 1\nversion: 1\n', 'config_syntax', /yaml:2:1: .*keys must be unique/],
  [`${HEAD}categories:\n  a: {}\n  a: {}\n`, 'config_syntax', /yaml:5:3: .*keys must be unique/],
  ['version: [1', 'config_syntax', /yaml:1:\d+: .*end with a \]/],
  ['version: 1\n harnesses: {}\n', 'config_syntax', /yaml:1:10: /],
  ['version: *x\n', 'config_syntax', /Unresolved alias.*Set the anchor before/],
  [`${HEAD}${TAIL}---\nversion: 1\n`, 'config_syntax', /yaml:4:1: .*several documents/],
  [`${HEAD}${TAIL.replace('x', '!!js/function x')}`, 'config_syntax', /yaml:3:\d+: .*Unresolved tag/],
  // wrong types, level by level
  ['', 'config_invalid', /yaml:1:1: version is missing; it must be 1/],
  ['- version: 1\n', 'config_invalid', /yaml:1:1: the file is a list; it must be a map/],
  ['stint\n', 'config_invalid', /yaml:1:1: the file is "stint"; it must be a map/],
  [TAIL, 'config_invalid', /version is missing/],
  [`version: 2\n${TAIL}`, 'config_invalid', /yaml:1:10: version is "2"; it must be 1/],
  [`version:\n${TAIL}`, 'config_invalid', /version is empty; it must be 1/],
  [HEAD, 'config_invalid', /categories is missing; it must be a map of names/],
  [`${HEAD}categories: {}\n`, 'config_invalid', /yaml:3:13: categories is an empty map; .*at least one/],
  [`${HEAD}categories: [code]\n`, 'config_invalid', /categories is a list; it must be a map/],
  [`${HEAD}categories: { code: x }\n`, 'config_invalid', /categories\.code is "x"; it must be a map/],
  [`${HEAD}categories: { code: }\n`, 'config_invalid', /categories\.code is empty/],
  [`${HEAD}categories: { 'a b': { prompt: x } }\n`, 'config_invalid', /yaml:3:15: "a b": .*category name/],
  [
    `${HEAD}categories: { code: { prompt: x }, __proto__: { prompt: x } }\n`,
    'config_invalid',
    /yaml:3:\d+: "__proto__"/,
  ],
  [category('artefacts: { __proto__: x }'), 'config_invalid', /yaml:3:\d+: "__proto__" cannot be a name/],
  [`version: 1\nharnesses: [a]\n${TAIL}`, 'config_invalid', /yaml:2:12: harnesses is a list/],
  [top('permissions: all'), 'config_invalid', /"all"; it must be one of read, edit, full/],
  [top('preamble: "yes"'), 'config_invalid', /yaml:4:11: preamble is "yes"; it must be true or false/],
  [top('stateDir: 5'), 'config_invalid', /stateDir is "5"; it must be text/],
  [top('worktreeDir: ""'), 'config_invalid', /worktreeDir is ""; it must not be empty/],
  [top('supervise: 5m'), 'config_invalid', /supervise is "5m"; it must be a map/],
  [top('supervise: { silence: 5 }'), 'config_invalid', /supervise\.silence is "5"; it must be a duration/],
  [top('supervise: { sample: 10ms }'), 'config_invalid', /sample is "10ms"; it must be at least 50ms/],
  [top('supervise: { output: 0B }'), 'config_invalid', /output is "0B"; it must be a size such as/],
  [top('supervise: { grace: 0s }'), 'config_invalid', /grace is "0s"; it must be longer than 0/],
  [top('schedule: { top: 0 }'), 'config_invalid', /schedule\.top is "0"; it must be at least 1/],
  [top('schedule: { top: 1000 }'), 'config_invalid', /schedule\.top is "1000"; it must be at most 100/],
  [top('schedule: { maxConcurrent: many }'), 'config_invalid', /"many"; it must be a number/],
  [top('schedule: { cooldown: 9999999d }'), 'config_invalid', /"9999999d"; it must be at most 365d/],
  [harness('{ command: 5 }'), 'config_invalid', /harnesses\.a\.command is "5"; it must be a command/],
  [harness('{ command: [] }'), 'config_invalid', /command is an empty list; it must name a program/],
  [harness('{ type: cursor, command: a }'), 'config_invalid', /"cursor"; .*command, claude-code, codex/],
  [harness('{ command: a, model: 5 }'), 'config_invalid', /model is "5"; it must be a name, or a list/],
  [harness('{ command: a, format: json }'), 'config_invalid', /format is "json"; it must be one of text/],
  [category('timeout: 45'), 'config_invalid', /yaml:3:\d+: categories\.code\.timeout is "45"/],
  [category('timeout: -5m'), 'config_invalid', /timeout is "-5m"; it must be a duration/],
  [category('timeout: 0s'), 'config_invalid', /timeout is "0s"; it must be longer than 0/],
  [category('timeout: 99999999999999999999d'), 'config_invalid', /it must be a duration/],
  [category('maxTurns: 1.5'), 'config_invalid', /maxTurns is "1\.5"; it must be a whole number/],
  [category('softDeadline: 120%'), 'config_invalid', /"120%"; it must be a percentage/],
  [category('softDeadline: 0%'), 'config_invalid', /"0%"; it must be longer than 0/],
  [category('isolation: docker'), 'config_invalid', /"docker"; it must be one of worktree, shared/],
  [category('copy: .env'), 'config_invalid', /copy is "\.env"; it must be a list/],
  [category('copy: [5]'), 'config_invalid', /copy\.0 is "5"; it must be text/],
  [category('shell: "yes"'), 'config_invalid', /shell is "yes"; it must be true or false/],
  [category('check: ""'), 'config_invalid', /check is ""; it must name a program/],
  // unknown keys, level by level
  [top('harness: {}'), 'config_unknown_key', /yaml:4:1: "harness" .*Did you mean "harnesses"\?/],
  [top('qqqqqqqq: 1'), 'config_unknown_key', /"qqqqqqqq" is no setting\. Known here: version/],
  [top('supervise: { silens: 5m }'), 'config_unknown_key', /Did you mean "silence"\?/],
  [top('schedule: { tops: 5 }'), 'config_unknown_key', /Did you mean "top"\?/],
  [harness('{ comand: a }'), 'config_unknown_key', /"harnesses\.a\.comand" .*Did you mean "command"\?/],
  [category('promt: y'), 'config_unknown_key', /"categories\.code\.promt" .*Did you mean "prompt"\?/],
  [category('supervise: { silense: 5m }'), 'config_unknown_key', /code\.supervise\.silense/],
  // what cannot be together, or cannot be meant
  [category('promptFile: y'), 'config_invalid', /code has both prompt and promptFile\. Keep one/],
  [category('timeout: 10m').replace('prompt: x, ', ''), 'config_invalid', /code has no prompt\. Add/],
  [category('prompt: " "').replace('prompt: x, ', ''), 'config_invalid', /it must say what to do/],
  [category('timeout: 10m, softDeadline: 20m'), 'config_invalid', /\(20m\) lies after .*\(10m\)\. Lower/],
  [category('timeout: 10m, supervise: { silence: 20m }'), 'config_invalid', /\(20m\) is longer than/],
  [
    top('supervise: { sample: 30m }'),
    'config_invalid',
    /yaml:4:22: .*\(30m\) is longer than the silence \(20m\)/,
  ],
  [category('supervise: { silence: 1s, sample: 5s }'), 'config_invalid', /sample \(5s\) is longer than the/],
  [
    top('artefacts: { j: "../*.md" }'),
    'config_invalid',
    /artefacts\.j is "\.\.\/\*\.md", outside the project/,
  ],
  [category('artefacts: { j: [a, /tmp/*] }'), 'config_invalid', /code\.artefacts\.j is "\/tmp\/\*", outside/],
  [
    top('supervise: { silence: 2h }'),
    'config_invalid',
    /silence \(2h\) is longer than the time limit of code/,
  ],
  [category('harness: b'), 'config_invalid', /harness is "b", which is no harness here/],
  [category('harness: []'), 'config_invalid', /harness is an empty list/],
  [`version: 1\n${TAIL}`, 'config_invalid', /categories\.code has no harness\. Add `harness/],
  [harness('{ type: codex, format: text }'), 'config_invalid', /format "text", and it is a codex/],
  [harness('{ format: text }'), 'config_invalid', /harness "a" has no command\. Add `command/],
  [harness('{ command: "a | b" }'), 'config_invalid', /has "\|", which only a shell understands/],
  [category('check: "a && b"'), 'config_invalid', /check has "&", .*`shell: true`/],
  [category('setup: "A=b c"'), 'config_invalid', /setup has the assignment "A="/],
  [category('copy: [../x]'), 'config_invalid', /copy\.0 is "\.\.\/x", outside the project/],
  [`${HEAD}categories: { code: { promptFile: /etc/passwd } }\n`, 'config_invalid', /outside the project/],
];

test('wrong configurations', async () => {
  const project = scratchProject();
  mkdirSync(path.join(project.folder, 'bad'));
  for (const [index, [text]] of FILES.entries())
    writeFileSync(path.join(project.folder, 'bad', `${index}.yaml`), text);
  const before = snapshot(scratchOf(project));
  const misses = [];
  for (const [index, [text, code, says]] of FILES.entries()) {
    const call = `run code --config bad/${index}.yaml`;
    const found = await findMisses(project, { call, exit: 2, code, says }, stint);
    misses.push(...found.map((miss) => `${text}${miss}`));
  }
  expect(misses).toEqual([]);
  expect(snapshot(scratchOf(project))).toEqual(before);
});

test('a file that this user may not read', async (context) => {
  if (process.getuid?.() === 0) return context.skip('root may read every file');
  const project = scratchProject(top(''));
  chmodSync(path.join(project.folder, 'stint.yaml'), 0);
  const says = /stint\.yaml cannot be read: EACCES\. See its permissions/;
  expect(
    await findMisses(project, { call: 'run code', exit: 2, code: 'config_unreadable', says }, stint),
  ).toEqual([]);
});

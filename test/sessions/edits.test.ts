import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { piAnswer, piHeader, piMessage, piPrompt, piSaying } from '../support/pi-lines.ts';
import { scratchProject } from '../support/scratch.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';

/** A project whose agent says that it edited these files, and ends well; `@HERE` is the folder that it works in. */
function projectWithEdits(isolation: string, files: readonly string[]) {
  const project = scratchProject();
  const program = path.join(project.folder, '..', 'claude');
  const settings = {
    version: 1,
    harnesses: { 'claude-code': { command: [program] } },
    categories: { code: { prompt: 'x', isolation } },
  };
  project.write('stint.yaml', JSON.stringify(settings));
  const call = (file: string, id: number) => ({
    type: 'assistant',
    message: {
      id: `m${id}`,
      model: 'a',
      content: [
        { type: 'tool_use', id: `t${id}`, name: 'Write', input: { file_path: file, content: 'one line' } },
      ],
    },
  });
  const lines = [
    { type: 'system', subtype: 'init', session_id: 't', model: 'a' },
    ...files.flatMap((file, id) => [
      call(file, id),
      {
        type: 'user',
        message: { content: [{ type: 'tool_result', tool_use_id: `t${id}`, content: 'done' }] },
      },
    ]),
    { type: 'result', subtype: 'success', is_error: false, result: 'Well.' },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  project.write('../claude', `#!/bin/sh\ncat >/dev/null\nsed "s|@HERE|$PWD|" <<'EOF'\n${text}EOF\n`);
  chmodSync(program, 0o755);
  return project;
}

const UNSEEN = 'unknown: edits, not seen whether they were committed: ';

describe('a session of stint that edited files and left no commit', () => {
  test('in a shared checkout is unknown, and its record names the files', async () => {
    const project = projectWithEdits('shared', ['@HERE/src/a.ts', '/elsewhere/b.md']);
    const record = await runSession(project, 'code');
    expect(record).toMatchObject({ outcome: 'unknown', edits: { files: ['src/a.ts', '/elsewhere/b.md'] } });
    expect(record.reasons[0]).toBe(`${UNSEEN}src/a.ts, /elsewhere/b.md`);
    const { stdout } = await stint(project, 'show', record.id, '--why');
    expect(stdout).toMatch(/^edits {5}src\/a\.ts, \/elsewhere\/b\.md$/m);
    expect(stdout).toMatch(/edited by its own calls\n +src\/a\.ts\n +\/elsewhere\/b\.md\n/);
  });

  test('in its own worktree is a noop where git shows nothing, but for edits elsewhere', async () => {
    const inside = await runSession(projectWithEdits('worktree', ['@HERE/src/a.ts']), 'code');
    expect(inside).toMatchObject({ outcome: 'noop', edits: { files: ['src/a.ts'] } });
    const outside = await runSession(
      projectWithEdits('worktree', ['@HERE/src/a.ts', '/elsewhere/b.md']),
      'code',
    );
    expect(outside.reasons[0]).toBe(`${UNSEEN}/elsewhere/b.md`);
  });
});

test('an imported session that wrote a file is unknown, and its secrets are not printed', async () => {
  const project = scratchProject();
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  const file = path.join(project.folder, '..', 'session.jsonl');
  mkdirSync(path.dirname(file), { recursive: true });
  const input = { path: `/work/app/${secret}.ts`, content: 'one line' };
  const lines = [
    piHeader('a', 0),
    piPrompt(1),
    piAnswer(2, [{ type: 'toolCall', id: 'c1', name: 'write', arguments: input }], { stopReason: 'toolUse' }),
    piMessage(3, { role: 'toolResult', toolCallId: 'c1', toolName: 'write', content: [], isError: false }),
    piAnswer(4, [piSaying('Done.')]),
  ];
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await stintJson(project, 'import', file);
  const [record] = (await stintJson(project, 'sessions')) as SessionRecord[];
  expect(record?.outcome).toBe('unknown');
  expect(record?.edits?.files).toHaveLength(1);
  expect(JSON.stringify(record)).toContain(UNSEEN);
  expect(JSON.stringify(record)).not.toContain(secret);
});

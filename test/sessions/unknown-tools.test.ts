import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scratchProject } from '../support/scratch.ts';
import { runSession, stint } from '../support/stint-here.ts';

test('the record of a session names the tools that stint does not know, and how often they were called', async () => {
  const project = scratchProject();
  const program = path.join(project.folder, '..', 'claude');
  project.write(
    'stint.yaml',
    JSON.stringify({
      version: 1,
      harnesses: { 'claude-code': { command: [program] } },
      categories: { code: { prompt: 'x' } },
    }),
  );
  const content = ['Teleport', 'Read', 'mcp__a__b', 'Warp\u001b[31m'].map((name, id) => ({
    type: 'tool_use',
    id: `t${id}`,
    name,
    input: {},
  }));
  const lines = [
    { type: 'system', subtype: 'init', session_id: 't', model: 'a' },
    { type: 'assistant', message: { id: 'm1', model: 'a', content } },
    { type: 'assistant', message: { id: 'm2', model: 'a', content: [{ ...content[0], id: 't9' }] } },
    { type: 'result', subtype: 'success', is_error: false, result: 'Well.' },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  project.write('../claude', `#!/bin/sh\ncat >/dev/null\ncat <<'EOF'\n${text}EOF\n`);
  chmodSync(program, 0o755);
  const record = await runSession(project, 'code');
  expect(record.warnings).toEqual([
    'stint does not know Warp (1 call), Teleport (2 calls), which are in no table of tools ' +
      '(Claude Code 1.0 to 2.1.332): their silence counts as remote',
  ]);
  expect((await stint(project, 'show', record.id, '--why')).stdout).toContain('Teleport (2 calls)');
});

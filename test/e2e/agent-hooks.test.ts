import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder, scratchProject } from '../support/scratch.ts';
import { stint, STINT, stintJson } from '../support/stint.ts';

describe('stint hook', () => {
  /** What an agent CLI does: a word on standard input, an event by name. No node is on this PATH. */
  function call(
    event: string,
    env: Record<string, string>,
  ): { code: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(STINT, ['hook', event], {
      env: { PATH: '/usr/bin:/bin', ...env },
      input: '{"session_id":"x"}'.padEnd(300_000, ' '),
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  }

  function session(deadline: string): { env: Record<string, string>; folder: string } {
    const state = scratchFolder();
    const folder = path.join(state, 'sessions', 'aaaaaaaaaa');
    mkdirSync(folder, { recursive: true });
    return {
      folder,
      env: { STINT_SESSION_ID: 'aaaaaaaaaa', STINT_STATE_DIR: state, STINT_DEADLINE: deadline },
    };
  }

  test('notes each event for the supervisor, readable by its owner alone', () => {
    const { env, folder } = session('2999-01-01T00:00:00.000Z');
    for (const event of ['PreToolUse', 'PostToolUse'])
      expect(call(event, env)).toEqual({ code: 0, stdout: '', stderr: '' });
    const file = path.join(folder, 'hooks.jsonl');
    const events = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(['PreToolUse', 'PostToolUse']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('reminds once when the soft deadline has passed, in the words that Claude Code reads', () => {
    const { env } = session('2020-01-01T00:00:00.000Z');
    expect(call('PreToolUse', env).stdout).toBe('');
    const said = JSON.parse(call('PostToolUse', env).stdout) as {
      hookSpecificOutput: Record<string, string>;
    };
    expect(said.hookSpecificOutput['hookEventName']).toBe('PostToolUse');
    expect(said.hookSpecificOutput['additionalContext']).toContain('2020-01-01T00:00:00.000Z, has passed');
    expect(call('PostToolUse', env).stdout).toBe('');
  });

  test.each<[string, Record<string, string>]>([
    ['outside every session', {}],
    ['with an id that leads elsewhere', { STINT_SESSION_ID: '../../etc', STINT_STATE_DIR: '/' }],
    ['with a state folder that is gone', { STINT_SESSION_ID: 'aaaaaaaaaa', STINT_STATE_DIR: '/nowhere' }],
  ])('says nothing and ends well %s', (_, env) => {
    expect(call('PostToolUse', env)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('takes no deadline for one that is none', () => {
    expect(call('PostToolUse', session('$(id)"').env)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('stint install claude-code', () => {
  const OWN = {
    permissions: { allow: ['Bash'] },
    hooks: { Stop: [{ hooks: [{ type: 'command', command: 'bell' }] }] },
  };

  function home() {
    const project = scratchProject();
    const file = path.join(project.env['HOME'] ?? '', '.claude', 'settings.json');
    return { project, file, read: (): unknown => JSON.parse(readFileSync(file, 'utf8')) as unknown };
  }

  test('writes the hooks once, keeps the user’s own, and takes only its own out again', async () => {
    const { project, file, read } = home();
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(OWN), { mode: 0o640 });
    expect(await stintJson(project, 'install', 'claude-code', '--dry-run')).toMatchObject({
      changed: false,
      wouldChange: true,
    });
    expect(read()).toEqual(OWN);
    expect(await stintJson(project, 'install', 'claude-code')).toMatchObject({ file, changed: true });
    const [own] = OWN.hooks.Stop;
    expect(read()).toMatchObject({ permissions: OWN.permissions, hooks: { Stop: [own, { hooks: [{}] }] } });
    expect(readFileSync(file, 'utf8')).toContain('bin/stint-hook PreToolUse');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(await stintJson(project, 'install', 'claude-code')).toMatchObject({ changed: false });
    await stint(project, 'install', 'claude-code', '--uninstall');
    expect(read()).toEqual(OWN);
  });

  test('writes through a link, and into a project', async () => {
    const { project, file, read } = home();
    const real = path.join(scratchFolder(), 'dotfiles.json');
    writeFileSync(real, '{}');
    mkdirSync(path.dirname(file), { recursive: true });
    symlinkSync(real, file);
    await stint(project, 'install', 'claude-code');
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(read()).toHaveProperty('hooks.PreToolUse');
    await stint(project, 'install', 'claude-code', '--project');
    expect(existsSync(path.join(project.folder, '.claude', 'settings.json'))).toBe(true);
  });

  test('leaves settings alone that it cannot read', async () => {
    const { project, file } = home();
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '{ "hooks": ');
    const result = await stint(project, 'install', 'claude-code');
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining('is no JSON object')]);
    expect(readFileSync(file, 'utf8')).toBe('{ "hooks": ');
  });
});

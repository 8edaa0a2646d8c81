import { describe, expect, test } from 'vitest';
import { lookUpTools } from '../../../src/harness/reading/tools.ts';
import { CLI_KINDS, CLIS } from '../../../src/harness/registry.ts';
import type { CliKind } from '../../../src/domain/plan.ts';

const tableOf = (kind: CliKind) =>
  CLIS[kind].tools ?? {
    versions: '',
    places: {},
    leaves: {},
    readOnly: [],
    needs: {},
    isServed: () => false,
  };
const WITH_TOOLS = CLI_KINDS.filter((kind) => CLIS[kind].tools !== undefined);

test('each CLI whose sessions are read has a table of its tools', () => {
  expect(WITH_TOOLS).toEqual(expect.arrayContaining(CLI_KINDS.filter((kind) => CLIS[kind].sessions)));
});

describe.each(WITH_TOOLS)('the tools of %s', (kind) => {
  const { versions, places, leaves } = tableOf(kind);
  const names = Object.values(places).flat();

  test('have one place each', () => {
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('are known where they can leave something open, and a question waits for a person', () => {
    const leaving = Object.values(leaves).flat();
    expect(leaving.filter((name) => !names.includes(name))).toEqual([]);
    expect((leaves.question ?? []).filter((name) => !places.human?.includes(name))).toEqual([]);
  });

  test('are of versions that are named', () => expect(versions).toMatch(/ \d+\.\d+ to \d+\.\d/));
});

describe('a table that is asked by name', () => {
  const claude = lookUpTools(tableOf('claude-code'));

  test('knows every tool that Claude Code 2.1.330 names as it starts', () => {
    const named =
      'Task Bash CronCreate CronDelete CronList Edit EnterWorktree ExitWorktree ListAgents Monitor NotebookEdit Read ' +
      'ReportFindings ScheduleWakeup SendMessage Skill TaskStop ToolSearch WebFetch WebSearch Workflow Write';
    expect(named.split(' ').filter((tool) => claude.placeOf(tool) === 'unknown')).toEqual([]);
  });

  test('says what a tool can leave open', () => {
    expect(claude.canLeave('TaskCreate', 'tasks')).toBe(true);
    expect(claude.canLeave('TaskCreate', 'todos')).toBe(false);
    expect(claude.canLeave('Teleport', 'tasks')).toBe(false);
  });

  test.each([
    ['claude-code', 'mcp__github__merge', 'remote'],
    ['claude-code', 'Teleport', 'unknown'],
    ['claude-code', 'constructor', 'unknown'],
    ['codex', 'github__merge', 'remote'],
    ['codex', 'todo_list', 'inProcess'],
    ['gemini', 'mcp_github_merge', 'remote'],
    ['gemini', 'ask_user', 'human'],
    ['pi', 'mcp__github__merge', 'remote'],
    ['pi', 'deploy', 'unknown'],
  ] as const)('%s: %s is %s', (kind, tool, place) => {
    expect(lookUpTools(tableOf(kind)).placeOf(tool)).toBe(place);
  });
});

import { describe, expect, test } from 'vitest';
import { readPromptWords, skeletonOf, textOfPrompt } from '../../../src/harness/reading/prompt-words.ts';

describe('the author of a prompt', () => {
  test.each([
    ['a teammate', '<teammate-message teammate_id="lead">do task 1</teammate-message>'],
    [
      'several at once',
      '<teammate-message teammate_id="a">1</teammate-message>\n<agent-message>2</agent-message>',
    ],
    ['agent mail', '<agent_mail from="tester">the build is red</agent_mail>'],
    ['a helper that is done', '<subagent_notification>{"agent_id":"x"}</subagent_notification>'],
    ['a tag that names its sender', '<message agent_id="worker-2">ready</message>'],
    ['news of a task', '<task-notification><status>done</status></task-notification>'],
    ['a tag whose sender is a lead', '<message from="team-lead">once more</message>'],
    ['an inbox', '<inbox_messages><message>x</message></inbox_messages>'],
    ['a sentence about mail', 'You have new agent mail:\n\nFrom: tester'],
    ['a task that was assigned', '{"type":"task_assignment","assignedBy":"lead"}'],
    ['a heading', '[Message from teammate lead]\nPlease do the next one.'],
    ['a sentence before the block', 'Another session sent a message:\n<peer-message>go</peer-message>'],
    ['an object', '{"type":"shutdown_request","from":"team-lead","requestId":"1"}'],
    ['an object with a receiver', '{"from":"lead","to":"coder","text":"start"}'],
    ['a block that was cut', '<teammate-message teammate_id="lead">do'],
  ])('%s is another agent', (_, words) => {
    expect(readPromptWords(words).by).toBe('agent');
  });

  test.each([
    ['an open file', '<ide_opened_file>The user opened a.ts.</ide_opened_file>'],
    [
      'a selection, and then a file',
      '<ide_selection>x</ide_selection>\n<ide_opened_file>a.ts</ide_opened_file>',
    ],
    ['the surroundings', '<environment_context><cwd>/work</cwd></environment_context>'],
    ['a reminder', '<system-reminder>Mind the list.</system-reminder>'],
    ['instructions', '<user_instructions>Use tabs.</user_instructions>'],
    [
      'instructions of a repository',
      '# AGENTS.md instructions for /work\n\n<INSTRUCTIONS>\nUse tabs.\n</INSTRUCTIONS>',
    ],
    ['what an editor shows its model', "Here is the user's editor context as a JSON object.\n{}"],
    [
      'the summary of a conversation',
      'This session is being continued from a previous conversation that ran out.',
    ],
    ['an editor of tomorrow', '<vscode_open_tabs>a.ts</vscode_open_tabs>'],
  ])('%s alone is no prompt', (_, words) => {
    expect(readPromptWords(words).by).toBe('cli');
  });

  test.each([
    ['plain words', 'fix the tests'],
    ['words behind an open file', '<ide_opened_file>a.ts</ide_opened_file>\nfix the tests'],
    ['words behind instructions', '# AGENTS.md instructions for /w\n<INSTRUCTIONS>\n</INSTRUCTIONS>\nfix it'],
    [
      'words below the heading of an editor',
      '# Context from my IDE setup:\n\n## Open tabs:\n- a\n\n## My request for Codex:\nfix',
    ],
    ['words about an agent', 'ask the agent: <div> is broken, a message from teammate lead says so'],
    ['a tag of their own', '<task>fix the tests</task>'],
    ['a tag that another wrote', '<message from="the leading edge">fix the tests</message>'],
    ['words about mail', 'you have to write a mailer for agents'],
    ['an object of theirs', '{"type":"object","properties":{"from":{"type":"string"}}}'],
    ['a picture alone', ''],
  ])('%s are a person, or a program in the place of one', (_, words) => {
    expect(readPromptWords(words).by).toBe('prompter');
  });

  test('a picture beside what an editor adds is a prompt', () => {
    const content = [
      { type: 'text', text: '<ide_selection>x</ide_selection>' },
      { type: 'image', source: {} },
    ];
    expect(readPromptWords(textOfPrompt(content) ?? '').by).toBe('prompter');
    expect(readPromptWords(textOfPrompt(content.slice(0, 1)) ?? '').by).toBe('cli');
  });
});

describe('the skeleton', () => {
  const skeletons = (...prompts: readonly string[]) =>
    new Set(prompts.map((words) => skeletonOf(readPromptWords(words).own)));

  test.each([
    [
      'numbers',
      'Work on issue 12 of the tracker, then commit it.',
      'Work on issue 4711 of the tracker, then commit it.',
    ],
    [
      'dates',
      'Session of 2026-10-01, take the next task of the list.',
      'Session of Oct 3, 2026, take the next task of the list.',
    ],
    [
      'paths',
      'Read /work/a/plan.md and do the next step of it now, then commit.',
      'Read ~/b.md and do the next step of it now, then commit.',
    ],
    [
      'quoted strings',
      'The task is "Add a page": do it, test it, commit it.',
      'The task is "Mend the red build of it": do it, test it, commit it.',
    ],
    [
      'ids',
      'You are worker a1b2c3 and take one task of the queue.',
      'You are worker 9f8e-77 and take one task of the queue.',
    ],
    [
      'what follows the first line',
      'You are an agent that works through the backlog.\nFirst: tests',
      'You are an agent that works through the backlog.\nSecond: docs',
    ],
    [
      'what an editor adds',
      'You are an agent that works through the backlog.',
      '<ide_opened_file>a</ide_opened_file>You are an agent that works through the backlog.',
    ],
    [
      'a short heading with a number',
      '# Task 7\nYou are an agent that works through the backlog.',
      '# Task 8\nYou are an agent that works through the backlog.',
    ],
    ['short lines', 'Go.\nRepo: /a\nTask: 1\n', 'Go.\nRepo: /b\nTask: 2'],
  ])('%s do not differ', (_, one, other) => {
    const found = skeletons(one, other);
    expect(found.size).toBe(1);
    expect([...found][0]).toEqual(expect.any(String));
  });

  test('other words are another template', () => {
    const tests = 'You are an agent that works through the tests.';
    const backlog = 'You are an agent that works through the backlog.';
    expect(skeletons(tests, backlog).size).toBe(2);
    expect(
      skeletons(
        "It doesn't build: mend it and say what wasn't right.",
        "It doesn't link: mend it and say what wasn't right.",
      ).size,
    ).toBe(2);
  });

  test.each([
    'hi',
    'continue',
    'fix the tests',
    'please go on\nthanks',
    '/review 12 with all of the checks that there are',
    'fix 12, 13 and 14 in /work/a/very/long/path/that/says/nothing.ts',
  ])('people type this often: %s', (words) => {
    expect(skeletonOf(readPromptWords(words).own)).toBeNull();
  });

  test('a message of another agent and a hostile text have none, or one, at once', () => {
    expect(
      skeletonOf(readPromptWords('<teammate-message a="b">You are an agent that works on it all.').own),
    ).toBeNull();
    for (const hostile of ['<a', '"', "'", '<ide_x>', '`', '# Context from my IDE setup', '1/'])
      expect(() => readPromptWords(hostile.repeat(200_000))).not.toThrow();
  });
});

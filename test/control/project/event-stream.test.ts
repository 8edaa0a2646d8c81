import { expect, test } from 'vitest';
import { fanout } from '../../../src/control/loop/start-several.ts';
import { createEventStream } from '../../../src/control/project/event-stream.ts';
import { openProject } from '../../../src/control/project/project.ts';
import type { StintEvent } from '../../../src/domain/event.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createRedactor } from '../../../src/lib/redact.ts';
import { scratchProject } from '../../support/scratch.ts';
import { stoppedClock } from '../../support/screen.ts';
import { configOf } from '../../support/sessions.ts';

const NOW = '2026-01-02T15:00:00.000Z';

function newStream() {
  return createEventStream(stoppedClock(NOW), createRedactor());
}

test('an event has its time, and no secret', () => {
  const stream = newStream();
  const heard: StintEvent[] = [];
  stream.subscribe((event) => heard.push(event));
  const token = `ghp_${'a1B2'.repeat(9)}`;
  stream.emit({ name: 'trouble.met', sentence: `git said ${token}` });
  expect(heard).toEqual([{ name: 'trouble.met', at: NOW, sentence: 'git said [redacted: github-token]' }]);
});

test('a listener that changes its event changes neither the fact nor what others hear', () => {
  const stream = newStream();
  const fact = { name: 'forge.asked', done: 1, total: 2 } as const;
  const heard: StintEvent[] = [];
  stream.subscribe((event) => Object.assign(event, { done: 7 }));
  stream.subscribe((event) => heard.push(event));
  stream.emit(fact);
  expect(fact.done).toBe(1);
  expect(heard).toEqual([{ ...fact, at: NOW }]);
});

test('an error that cannot be shown keeps no event from the other listeners', () => {
  const stream = newStream();
  const heard: string[] = [];
  stream.subscribe(() => {
    // eslint-disable-next-line no-throw-literal, typescript/only-throw-error -- what a program may do
    throw Object.create(null);
  });
  stream.subscribe(({ name }) => heard.push(name));
  stream.emit({ name: 'forge.asked', done: 1, total: 2 });
  stream.emit({ name: 'forge.asked', done: 2, total: 2 });
  expect(heard).toEqual(['forge.asked', 'forge.asked']);
});

test('the events of a session tell its life in order, each as plain data', async () => {
  const script = 'echo $STINT_SESSION_ID > a; git add a; git commit -qm "feat: one"';
  const project = scratchProject(configOf({ code: { prompt: script, check: 'test -e a' } }));
  const opened = await openProject({
    folder: project.folder,
    env: project.env,
    clock: systemClock,
    access: 'write',
  });
  const heard: StintEvent[] = [];
  opened.events.subscribe(() => {
    throw new Error('a listener of a test');
  });
  opened.events.subscribe((event) => heard.push(event));
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  try {
    const cancelled = new AbortController().signal;
    const { spawned } = await fanout(opened, { seed: 1, top: 1, random: () => 0, cancelled });
    const names = heard.map(({ name }) => name).filter((name) => name !== 'supervise.waiting');
    expect(names).toEqual([
      'plan.chosen',
      'session.promised',
      'session.started',
      'session.ended',
      'judge.decided',
      'record.written',
    ]);
    expect(heard.filter(({ name }) => name === 'supervise.waiting').length).toBeGreaterThan(0);
    expect(heard.find((event) => event.name === 'record.written')?.record).toEqual(spawned[0]);
    expect(heard).toEqual(JSON.parse(JSON.stringify(heard)));
    expect((await warned).message).toBe("A listener of stint's events failed: a listener of a test");
  } finally {
    await opened.close();
  }
});

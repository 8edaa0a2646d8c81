import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createEventStream } from '../../../src/control/project/event-stream.ts';
import { groupFacts } from '../../../src/control/project/group-facts.ts';
import type { StintEvent } from '../../../src/domain/event.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createRedactor } from '../../../src/lib/redact.ts';
import { openStore } from '../../../src/store/store.ts';
import { EarlierBuild } from '../../support/earlier-build.ts';
import { recordOf } from '../../support/records.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('how far the records of an older stint are is told, and nothing where all are ready', async () => {
  const file = path.join(scratchFolder(), 'stint.db');
  const earlier = new EarlierBuild(file);
  earlier.insertAll(Array.from({ length: 150 }, (_, number) => recordOf(number)));
  earlier.close();
  const store = await openStore(file);
  onTestFinished(() => store.destroy());
  const events = createEventStream(systemClock, createRedactor());
  const heard: StintEvent[] = [];
  events.subscribe((event) => {
    heard.push(event);
  });
  await groupFacts({ store, events });
  expect(heard.length).toBeGreaterThan(1);
  expect(heard.at(-1)).toMatchObject({ name: 'records.grouped', done: 150, total: 150 });
  const before = heard.length;
  await groupFacts({ store, events });
  expect(heard).toHaveLength(before);
});

import { expect, test } from 'vitest';
import type { SessionEnd } from '../../src/domain/record.ts';
import { failuresInARow, harnessSign } from '../../src/plan/failures-in-a-row.ts';

const end = (
  given: Partial<SessionEnd> = {},
  because = 'it exited with 1 and emitted no result',
): SessionEnd => ({
  outcome: 'failed',
  failureModes: ['crash'],
  unreadableLines: 0,
  stop: { reason: 'crashed', because, exitCode: 1 },
  ...given,
});
const stop = (reason: SessionEnd['stop']['reason'], exitCode: number | null = null): SessionEnd['stop'] => ({
  reason,
  because: reason,
  exitCode,
});

const CRASH = end();
const OTHER = end({}, 'it exited with 139 and emitted no result');
const LIMIT = end({ outcome: 'not-run', failureModes: ['usage_limit'], stop: stop('limited', 1) });
const GOOD = end({ outcome: 'productive', failureModes: [] });

test.each([
  ['a crash', CRASH, 'failed'],
  ['a crash after work was delivered', end({ outcome: 'productive' }), 'well'],
  ['a crash after it declared that there is nothing to do', end({ outcome: 'noop' }), 'well'],
  ['a crash after it was blocked', end({ outcome: 'blocked' }), 'well'],
  ['stuck', end({ failureModes: ['stuck'], stop: stop('stuck') }), 'failed'],
  [
    'no program',
    end({ outcome: 'not-run', failureModes: ['setup'], stop: stop('not-started', 127) }),
    'failed',
  ],
  [
    'a program that may not be executed',
    end({ outcome: 'not-run', failureModes: ['setup'], stop: stop('not-started', 126) }),
    'failed',
  ],
  [
    'an agent that ran and ended with the code of a missing program',
    end({ failureModes: ['abandoned_loop'], stop: stop('completed', 127) }),
    'well',
  ],
  [
    'a setup of its own that fails',
    end({ outcome: 'not-run', failureModes: ['setup'], stop: stop('not-started') }),
    'silent',
  ],
  [
    'an error in unknown words instead of an answer',
    end({ outcome: 'not-run', failureModes: ['provider_unknown'], stop: stop('completed', 1) }),
    'failed',
  ],
  [
    'an unknown format',
    end({ outcome: 'unknown', failureModes: [], unreadableLines: 3, stop: stop('completed', 0) }),
    'failed',
  ],
  [
    'an unknown outcome with every line understood',
    end({ outcome: 'unknown', failureModes: [], stop: stop('completed', 0) }),
    'silent',
  ],
  ['cancelled at work', end({ failureModes: ['cancelled'], stop: stop('cancelled') }), 'silent'],
  ['a limit', LIMIT, 'silent'],
  ['an outage that looks like a crash', end({ failureModes: ['overload', 'crash'] }), 'silent'],
  [
    'stopped by a person',
    end({ outcome: 'unknown', failureModes: ['cancelled'], stop: stop('cancelled') }),
    'silent',
  ],
  ['lost', end({ outcome: 'unknown', failureModes: ['lost'], stop: stop('lost') }), 'silent'],
  [
    'out of time: the harness worked',
    end({ failureModes: ['abandoned_loop'], stop: stop('timed-out') }),
    'well',
  ],
  ['blocked', end({ outcome: 'blocked', failureModes: ['blocked'], stop: stop('asked') }), 'well'],
] as const)('%s', (_, given, kind) => {
  expect(harnessSign(given).kind).toBe(kind);
});

test.each([
  ['three equal ones', [CRASH, CRASH, CRASH], 3],
  ['limits between them', [CRASH, LIMIT, LIMIT, CRASH, LIMIT, CRASH], 3],
  ['a good one between them', [CRASH, CRASH, GOOD, CRASH], 2],
  ['another failure between them', [CRASH, CRASH, OTHER, CRASH], 2],
  ['a good one after them', [GOOD, CRASH, CRASH, CRASH], null],
  ['limits alone', [LIMIT, LIMIT, LIMIT], null],
  ['none', [], null],
])('%s', (_, newestFirst, expected) => {
  expect(failuresInARow(newestFirst)?.count ?? null).toBe(expected);
});

test('how long it took makes no difference; how it exited does', () => {
  const stuck = (ms: string): SessionEnd =>
    end({ failureModes: ['stuck'], stop: { ...stop('stuck'), because: `silent for ${ms}; limit 20m` } });
  expect(failuresInARow([stuck('20m3s'), stuck('20m'), stuck('1h2m500ms')])).toEqual({
    count: 3,
    words: 'silent for …; limit …',
  });
  const unreadable = end({ outcome: 'unknown', failureModes: [], unreadableLines: 3 });
  expect(failuresInARow([unreadable])?.words).toBe('nothing that it said could be understood');
  expect(failuresInARow([OTHER, CRASH, CRASH])?.count).toBe(1);
});

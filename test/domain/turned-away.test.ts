import { expect, test } from 'vitest';
import { wasTurnedAway } from '../../src/domain/turned-away.ts';

test('a session that its provider turned away has had no turn', () => {
  expect(wasTurnedAway({ outcome: 'not-run', failureModes: ['usage_limit'] })).toBe(true);
  expect(wasTurnedAway({ outcome: 'not-run', failureModes: ['setup', 'auth'] })).toBe(true);
});

test('a session that could not be set up, or that met the limit at work, was not turned away', () => {
  expect(wasTurnedAway({ outcome: 'not-run', failureModes: ['setup'] })).toBe(false);
  expect(wasTurnedAway({ outcome: 'not-run', failureModes: [] })).toBe(false);
  // Its words may be about the category's own model: it would stay first in line for ever.
  expect(wasTurnedAway({ outcome: 'not-run', failureModes: ['provider_unknown'] })).toBe(false);
  expect(wasTurnedAway({ outcome: 'failed', failureModes: ['usage_limit'] })).toBe(false);
});

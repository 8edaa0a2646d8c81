import { fc } from '../../support/fixed-seed.ts';
import { expect, test } from 'vitest';
import { withHooks, withoutHooks } from '../../../src/harness/claude-code/hooks.ts';

const OURS = '/opt/stint/bin/stint-hook';

/** A user's own hooks, as people write them, and as nobody should. */
const group = fc.oneof(
  fc.record({
    matcher: fc.constantFrom('*', 'Bash'),
    hooks: fc.array(
      fc.record({ type: fc.constant('command'), command: fc.constantFrom('./lint.sh', 'say stint-hook') }),
      {
        minLength: 1,
      },
    ),
  }),
  fc.constant('nonsense'),
  fc.constant({ hooks: 'nonsense' }),
);
const settings = fc.record(
  {
    model: fc.constant('opus'),
    hooks: fc.dictionary(fc.constantFrom('PreToolUse', 'Stop', 'Other'), fc.array(group, { minLength: 1 }), {
      minKeys: 1,
    }),
  },
  { requiredKeys: [] },
);

test('installing and taking out gives back what was there', () => {
  fc.assert(
    fc.property(settings, (own) => {
      expect(withoutHooks(withHooks(own, OURS))).toEqual(own);
    }),
  );
});

test('installing twice, or over an older place of ours, is installing once', () => {
  fc.assert(
    fc.property(settings, (own) => {
      const once = withHooks(own, OURS);
      expect(withHooks(once, OURS)).toEqual(once);
      expect(withHooks(withHooks(own, "/some where/it's/stint-hook"), OURS)).toEqual(once);
    }),
  );
});

test('a user’s own hooks stand first, and ours are called with their event', () => {
  const own = {
    hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: './lint.sh' }] }] },
  };
  expect(withHooks(own, OURS)['hooks']).toMatchObject({
    PreToolUse: [
      own.hooks.PreToolUse[0],
      { matcher: '*', hooks: [{ type: 'command', command: `${OURS} PreToolUse`, timeout: 5 }] },
    ],
    Stop: [{ hooks: [{ command: `${OURS} Stop` }] }],
  });
});

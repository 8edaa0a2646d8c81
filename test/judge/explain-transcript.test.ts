import { expect, test } from 'vitest';
import type { TranscriptSession } from '../../src/domain/transcript-session.ts';
import { noEvidence } from '../../src/domain/evidence.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { explainTranscript, whyWorkIsUnverified } from '../../src/judge/explain-transcript.ts';
import { judge } from '../../src/judge/judge.ts';
import { ENDED } from '../support/pulses.ts';
import { transcriptSession } from '../support/transcript-session.ts';

const limit = { resetsAt: null, detail: 'hit your limit' };
const asking = { callId: 'q', tool: 'AskUserQuestion', place: 'human', summary: 'Which one?' };
const testing = { callId: 'c', tool: 'Bash', place: 'localProcess', summary: 'npm test' };
const overload = { error: 'overload', message: '529' } as const;
const auth = { error: 'auth', message: '401' } as const;

type Given = Partial<Omit<TranscriptSession, 'transcript'>> & { readonly transcript?: Partial<Transcript> };

// What 3-outcomes asks of each end: [what the files show, stop, outcome, failure modes].
test.each<[string, Given, string, string, string[]]>([
  ['the agent had the last word', {}, 'completed', 'noop', ['noop']],
  [
    'the agent had the last word, and its turn was interrupted',
    { transcript: { isInterrupted: true } },
    'cancelled',
    'unknown',
    ['cancelled'],
  ],
  [
    'a limit before any answer',
    { lastWord: 'person', transcript: { answers: 0, limit } },
    'limited',
    'not-run',
    ['usage_limit'],
  ],
  [
    'a limit after answers',
    { lastWord: 'tool', transcript: { limit } },
    'limited',
    'failed',
    ['usage_limit'],
  ],
  [
    'credentials refused',
    { lastWord: 'person', transcript: { answers: 0, trouble: auth } },
    'unauthorised',
    'not-run',
    ['auth'],
  ],
  [
    'overload, and no more',
    { lastWord: 'person', transcript: { answers: 0, trouble: overload } },
    'crashed',
    'not-run',
    ['overload'],
  ],
  [
    'a question to nobody',
    { lastWord: 'call', transcript: { openCalls: [asking] } },
    'asked',
    'blocked',
    ['blocked'],
  ],
  [
    'a call without an answer',
    { lastWord: 'call', transcript: { openCalls: [testing] } },
    'lost',
    'unknown',
    ['lost'],
  ],
  [
    'a result, whatever came after it',
    { lastWord: 'tool', transcript: { ended: ENDED } },
    'completed',
    'noop',
    ['noop'],
  ],
  ['the answer of a tool', { lastWord: 'tool' }, 'lost', 'unknown', ['lost']],
  ['the same at a keyboard', { lastWord: 'tool', attended: 'yes' }, 'cancelled', 'unknown', ['cancelled']],
  [
    'opened, and nothing asked',
    { lastWord: 'none', prompts: 0, transcript: { answers: 0 } },
    'cancelled',
    'unknown',
    ['cancelled'],
  ],
  [
    'a format that has changed: nothing in it was understood',
    { lastWord: 'none', prompts: 0, transcript: { answers: 0, unreadableLines: 2 } },
    'lost',
    'unknown',
    ['lost'],
  ],
  [
    'the same where the prompts were understood, and a person sat at it',
    { lastWord: 'person', attended: 'yes', transcript: { answers: 0, unreadableLines: 1 } },
    'lost',
    'unknown',
    ['lost'],
  ],
  [
    'one line that nobody can read, in a session of which the rest is understood',
    { lastWord: 'tool', attended: 'yes', transcript: { unreadableLines: 1 } },
    'cancelled',
    'unknown',
    ['cancelled'],
  ],
])('%s', (_, given, stop, outcome, modes) => {
  const session = transcriptSession(given);
  const explained = explainTranscript(session);
  const evidence = {
    ...noEvidence,
    hasEvents: true,
    transcript: session.transcript,
    gitTrouble: whyWorkIsUnverified(session, 0, false),
  };
  const verdict = judge('code' as CategoryName, explained, evidence);
  expect([explained.reason, verdict.outcome, verdict.failureModes]).toEqual([stop, outcome, modes]);
});

const [broken, unsaid] = ['it breaks off at', 'and nothing says how it ended'];
test.each<[string, Given]>([
  ['the account is at its limit: hit your limit', { transcript: { limit } }],
  ['the provider refused the credentials: 401', { transcript: { trouble: auth } }],
  ['it emitted its result (success)', { lastWord: 'tool', transcript: { ended: ENDED } }],
  ['the agent had the last word', {}],
  [
    'format unknown: nothing that the model said could be understood',
    { lastWord: 'person', transcript: { answers: 0, unreadableLines: 1 } },
  ],
  [
    'its last word is an error of the provider: 529',
    { lastWord: 'person', transcript: { answers: 0, unreadableLines: 1, trouble: overload } },
  ],
  ['it was opened, and nothing was asked', { lastWord: 'none', prompts: 0, transcript: { answers: 0 } }],
  [
    'it asked a person and got no answer: Which one?',
    { lastWord: 'call', transcript: { openCalls: [asking, asking] } },
  ],
  [
    'it asked a person and got no answer: permission for Bash',
    {
      lastWord: 'call',
      transcript: {
        openCalls: [testing],
        asks: [{ askId: 'r1', callId: testing.callId, summary: 'permission for Bash' }],
      },
    },
  ],
  [
    `it breaks off in a call without an answer, ${unsaid}`,
    { lastWord: 'call', transcript: { openCalls: [asking, testing] } },
  ],
  [`${broken} the answer of a tool, ${unsaid}`, { lastWord: 'tool' }],
  [
    'no answer: it was prompted, and its file holds no answer of the model',
    { lastWord: 'person', attended: 'yes', transcript: { answers: 0 } },
  ],
  ['no answer: its last prompt got none, and nothing says why', { lastWord: 'person', prompts: 2 }],
  [
    'it was interrupted before its last prompt got an answer',
    { lastWord: 'person', transcript: { isInterrupted: true } },
  ],
  [
    'it handed off its work with gptodo done (import.endingCommands)',
    { lastWord: 'tool', handOff: 'gptodo done' },
  ],
  [`no turn is in it, ${unsaid}`, { lastWord: 'none', prompts: 0 }],
  [`${broken} the answer of a tool, and a person sat at it`, { lastWord: 'tool', attended: 'yes' }],
])('%s', (because, given) => {
  expect(explainTranscript(transcriptSession(given))).toMatchObject({
    because,
    exitCode: null,
    signal: null,
  });
});

test('what nobody can know is no noop', () => {
  const claiming = transcriptSession({ transcript: { printedCommits: ['1a2b3c4', '1a2b3c4', '5d6e7f8'] } });
  expect(whyWorkIsUnverified(claiming, 0, false)).toMatch(
    /^git named 2 commits to it, and there was no repository/,
  );
  expect(whyWorkIsUnverified(claiming, 0, true)).toMatch(
    /^git named 2 commits to it, and the repository has no commit that is known to be one/,
  );
  expect(whyWorkIsUnverified(claiming, 1, true)).toBeNull();
  expect(whyWorkIsUnverified(transcriptSession(), 0, true)).toBeNull();
  expect(whyWorkIsUnverified(transcriptSession({ transcript: { silentCommits: 1 } }), 0, true)).toMatch(
    /^it ran git commit/,
  );
  // Nothing was answered, so nothing can have been delivered.
  expect(
    whyWorkIsUnverified(transcriptSession({ attended: 'yes', transcript: { answers: 0 } }), 0, false),
  ).toBeNull();
});

import { parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { countOf } from '../lib/quantities.ts';
import type { AmendRequest, AmendResult } from '../stint/data.ts';
import { AMENDABLE, readAmendFields } from './amend-fields.ts';
import { askPerson, requireTerminal } from './ask-person.ts';
import { createProgressLine } from './live-view.ts';
import { MAYBE_SESSION, requireWhy, wrongValue } from './option-words.ts';
import { note } from './print.ts';
import { amendmentLines } from './render-why.ts';
import { defineVerb, type Call, type CliContext } from './verb.ts';

const TAKES = {
  ...MAYBE_SESSION,
  '[field=value...]': `what it should be: ${AMENDABLE.join(', ')}`,
} as const;

const OPTIONS = {
  '--why <text>': 'the reason, in a sentence',
  '--dry-run': 'show what would change, and write nothing',
  '--rejudge': { about: 'judge again what an older judge has judged', conflicts: ['delayed', 'why'] },
  '--since <duration>': 'only sessions that started within it, such as 7d',
  '--delayed': { about: 'what became known later: reverts, pull requests, issues, CI', conflicts: ['why'] },
  '--yes': 'write what --rejudge shows without asking',
} as const;

type AmendCall = Call<typeof OPTIONS, typeof TAKES>;

export const verb = defineVerb({
  help: `
A person may correct ${AMENDABLE.join(', ')}. What
follows from it is corrected too, each field with who, from, to and why; the
record as first written stays: \`stint show ID --history\`. Beliefs and reports
follow at once. An agent may not amend.

Examples:
  $ stint amend ab12 outcome=noop --why "it only reformatted a file"
  $ stint amend --rejudge --since 7d --dry-run
  $ stint amend --delayed            reverts, and what the forge says by now
`,
  takes: TAKES,
  options: OPTIONS,
  async run(call) {
    call.answer(await amend(call, readCall(call)), renderAmended);
  },
});

async function amend({ context, stint, options }: AmendCall, request: AmendRequest): Promise<AmendResult> {
  const { dryRun, yes, json } = options;
  const progress = createProgressLine(json);
  const amending = stint((event) => {
    if (event.name === 'forge.asked')
      progress.update(`asked the forge about ${event.done} of ${event.total} sessions`);
    else if (event.name === 'trouble.met') progress.stop();
  });
  try {
    const mustAsk = request.kind === 'rejudge' && !yes;
    if (!dryRun && !mustAsk) return await amending.amend(request);
    const preview = await amending.previewAmend(request);
    if (dryRun || preview.amended.length === 0 || !(await mayWrite(context, preview))) return preview;
    return await amending.amend(request);
  } finally {
    progress.stop();
  }
}

/** What the words of the call ask for. @throws Problem `usage` */
function readCall({ context, given, options }: AmendCall): AmendRequest {
  const { id: session, 'field=value': words } = given;
  const { why, rejudge, delayed } = options;
  if (options.since !== undefined && !rejudge && !delayed)
    throw wrongCall('--since is for --rejudge and --delayed.', 'Leave it out.');
  const since = readSince(context, options.since);
  if (delayed) {
    if (session === undefined) return { kind: 'delayed', since };
    throw wrongCall('--delayed looks at all sessions.', 'Leave the id out.');
  }
  if (rejudge) {
    if (words.length === 0) return { kind: 'rejudge', session, since };
    const word = oneLine(words[0] ?? '', 40);
    throw wrongCall(`"${word}" and --rejudge cannot go together.`, 'Leave one out.');
  }
  if (session === undefined || words.length === 0)
    throw wrongCall(
      session === undefined
        ? 'Which session is to be amended?'
        : `Nothing is said of ${oneLine(session, 40)}.`,
      'Write `stint amend ID field=value --why "…"`, or see `stint amend --help`.',
    );
  return {
    kind: 'said',
    session,
    ...readAmendFields(words),
    why: requireWhy(why, 'A correction needs a reason.'),
  };
}

/** The moment that a time before now means, ISO 8601 UTC. */
function readSince(context: CliContext, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ageMs = parseDuration(text);
  const at = context.clock.now().getTime() - (ageMs ?? Number.NaN);
  if (at >= 0) return new Date(at).toISOString();
  throw wrongValue('--since', text, 'a duration such as 12h or 7d');
}

async function mayWrite(context: CliContext, preview: AmendResult): Promise<boolean> {
  const { length } = preview.amended;
  note(renderAmended(preview));
  requireTerminal('Call it with --yes to write, or with --dry-run to look.');
  const question = `Write ${length === 1 ? 'it' : `these ${length}`}? [y/N] `;
  return (await askPerson(question, context, (line) => /^y(es)?$/i.test(line))) ?? false;
}

function renderAmended({ amended, left, isWritten }: AmendResult): string {
  const lines = amended.flatMap(({ id, category, amendments }) => [
    `${category} ${id}`,
    ...amendmentLines(amendments).map((line) => `  ${line}`),
  ]);
  const count = countOf(amended.length, 'record');
  return [
    ...lines,
    ...left.map(({ id, because }) => `left alone ${id}: ${because}`),
    amended.length === 0
      ? 'nothing changes'
      : `${count} ${isWritten ? 'amended' : 'would change; nothing is written'}`,
  ].join('\n');
}

import { wrongCall } from '../lib/problem.ts';
import { createProgressLine } from './live-view.ts';
import { repeated } from './option-words.ts';
import { note, percent } from './print.ts';
import { describeTrouble, renderImport, renderPlaces } from './render-import.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
Without a path it looks where Claude Code, Codex, Gemini CLI and pi keep their
sessions under HOME (or where they were told to), and for this project's
session-records.jsonl; in a repository it takes the sessions that started in one
of its checkouts, elsewhere all. With a path it takes all that is in it:
transcripts, record files of other run loops, and what stint export wrote. What
a file is, is told by what stands in it. Importing again changes nothing, and
opens no file that did not change; what changed becomes amendments. It needs
neither a repository nor a stint.yaml. Commits count where git has them: in the
repository that the session worked in, or in one that --repo names. There it
also looks for lines of sessions in commits that a person made. A session whose
calls only read is a noop: import.readOnly in stint.yaml names commands of your
own that change nothing. The path - is standard input: an export, or transcripts
one behind the other.

--unattended says of the sessions in these paths that they ran without a person,
whatever their files show: those of a run loop in a terminal, say. It holds for
later imports of them, and amends what is recorded; it leaves alone what stint
itself has run or exported. Without it, five sessions that begin with the same
words (without numbers, dates, paths, quotes) count as a program's, unless a
person shows in them.

Examples:
  $ stint import                      the sessions of this repository
  $ stint import --all --verbose      everybody's, and where it looked
  $ stint import ~/backup/exports --repo ../app --json
  $ stint import --unattended ~/loop/transcripts
  $ ssh build stint export | stint import -
`,
  takes: {
    '[path...]': 'a file, a folder, or - for standard input; default: every place that is known',
  },
  options: {
    '--all': 'sessions of other projects too',
    '--repo <dir>': { about: 'a repository that may have their commits; may be repeated', read: repeated },
    '--unattended': 'the sessions of these paths ran without a person; needs a path',
    '--again': 'read files too that did not change since they were imported',
    '--verbose': 'where it looked, and all that was not read',
  },
  async run({ stint, given: { path: paths }, options, answer }) {
    const { all: isAll, again: isAgain, repo: repositories = [], verbose: isVerbose, json } = options;
    const { unattended: isUnattended } = options;
    if (paths.length > 0 && isAll)
      throw wrongCall('--all goes without a path.', 'What a path holds is taken anyway.');
    const isPiped = paths.includes('-');
    if (isPiped && process.stdin.isTTY)
      throw wrongCall(
        'stint import - reads standard input, which is a terminal here.',
        'Write something into it, such as stint export | stint import -, or name a file.',
      );
    const request = { paths, isAll, isAgain, isUnattended, repositories };
    const progress = createProgressLine(json);
    const report = await stint((event) => {
      if (event.name === 'import.advanced')
        progress.update(`${percent(event.share)}, ${event.sessions} sessions, reading ${event.file}`);
    })
      .import({ ...request, ...(isPiped ? { input: process.stdin } : {}) })
      .finally(() => progress.stop());
    for (const sentence of describeTrouble(report, isVerbose)) note(`stint: ${sentence}`);
    const places = isVerbose ? renderPlaces(report) : [];
    answer(report, () => [...places, renderImport(report)].join('\n'));
    const isNothing = report.files === 0 && report.skipped.length > 0;
    if (report.sessions === 0 && (isNothing || report.unreadableLines + report.formatUnknown > 0))
      process.exitCode = 1;
  },
});

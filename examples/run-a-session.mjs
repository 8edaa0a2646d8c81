// Runs one supervised session in a scratch repository and prints its record. No key, no network: the agent is a shell
// script. From a checkout: `npm run example`. With stint installed: `node run-a-session.mjs`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStint } from 'stint';

const scratch = mkdtempSync(path.join(tmpdir(), 'stint-example-'));
try {
  const repository = makeRepository(path.join(scratch, 'project'));
  // State that belongs to the user goes to the scratch folder as well.
  const env = { ...process.env, XDG_STATE_HOME: path.join(scratch, 'state') };
  const stint = await openStint({ folder: repository, env });
  try {
    const record = await stint.run('docs', {
      signal: AbortSignal.timeout(60_000),
      onProgress: ({ state, waitingOn }) => console.error(`${state}: ${waitingOn}`),
    });
    console.log(`${record.category}: ${record.outcome}, grade ${record.grade}`);
    console.log(`commits: ${record.commitDetails.map(({ subject }) => subject).join(', ')}`);
    console.log(`check: ${record.check.result}`);
    for (const reason of record.reasons) console.log(`because: ${reason}`);

    const { sessions, failing } = await stint.report({ last: 20 });
    console.log(`report: ${failing.count} of ${sessions} failing`);
  } finally {
    await stint.close();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** A repository with a scripted agent: it writes a page and commits it. */
function makeRepository(folder) {
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const git = (...args) => execFileSync('git', args, { cwd: folder });
  git('config', 'user.name', 'Example');
  git('config', 'user.email', 'example@example.invalid');
  git('config', 'commit.gpgSign', 'false');
  writeFileSync(
    path.join(folder, 'agent.sh'),
    `prompt=$(cat)
printf '# A page\\n\\nAsked for: %s\\n' "$prompt" >page.md
git add page.md
git commit --quiet --message 'docs: write a page'
echo 'The page is written.'
`,
  );
  writeFileSync(
    path.join(folder, 'stint.yaml'),
    `version: 1
permissions: edit
harnesses:
  scripted: { command: [sh, agent.sh], format: text }
categories:
  docs:
    harness: scripted
    prompt: Write a page.
    check: test -s page.md
`,
  );
  git('add', '--all');
  git('commit', '--quiet', '--message', 'start');
  return folder;
}

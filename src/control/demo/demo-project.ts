import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeRepository } from '../../git/repository.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { ownFile } from '../../lib/own-files.ts';

/** The demo's categories and the folder that is each one's work. */
export const DEMO_FOLDERS = {
  code: 'src',
  content: 'articles',
  triage: 'issues',
  infrastructure: 'deploy',
  'cross-repo': 'links',
  cleanup: 'legacy',
} as const;

const AGENT = ownFile('demo/agent.mjs');

/** Every script of the project must parse: quick, real, and easy to break. */
const CHECK = `for file in $(git ls-files '*.sh'); do sh -n "$file" || exit 1; done\n`;

/** Makes the scratch repository with its configuration. */
export async function createDemoProject(folder: string): Promise<void> {
  makeFolder(folder);
  const settings = {
    'user.name': 'Demo',
    'user.email': 'demo@example.invalid',
    'commit.gpgSign': 'false',
    'gc.auto': '0',
  };
  writeFileSync(path.join(folder, 'check.sh'), CHECK);
  writeFileSync(path.join(folder, 'README.md'), '# A small project that agents look after\n');
  writeFileSync(path.join(folder, 'stint.yaml'), demoConfig());
  await makeRepository(folder, settings, 'chore: start');
}

/** Limits that are short, and long enough that noise on a busy machine does not reach them. */
function demoConfig(): string {
  const command = (flags: string[]): string => JSON.stringify([process.execPath, AGENT, ...flags]);
  const names = Object.keys(DEMO_FOLDERS) as (keyof typeof DEMO_FOLDERS)[];
  const categories = names.map((name, index) => {
    const other = DEMO_FOLDERS[names[(index + 1) % names.length] ?? 'code'];
    return `  ${name}:
    harness: [agent, plain]
    prompt: |
      You look after the ${name} of this small project.
      Folder: ${DEMO_FOLDERS[name]}
      Other folder: ${other}
    paths: [${DEMO_FOLDERS[name]}/**]
    check: sh check.sh
    timeout: 2m`;
  });
  return `# The project of \`stint demo\`: six categories of work, and scripted agents instead of models.
version: 1
permissions: edit
preamble: false
harnesses:
  agent: { command: ${command([])}, format: stream-json, model: demo-model }
  plain: { command: ${command(['--text'])}, format: text }
  spare: { command: ${command([])}, format: stream-json, model: demo-model, account: spare }
categories:
${categories.join('\n')}
supervise: { firstEvent: 10s, silence: 4s, finishing: 2s, sample: 250ms, grace: 2s }
schedule: { top: 6, maxConcurrent: 6, jitter: 0s, cooldown: 0s }
# A demonstration starts on a busy machine, too.
admission: { memory: 100%, disk: 100%, load: 1000 }
`;
}

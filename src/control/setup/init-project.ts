import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONFIG_NAME, loadConfig } from '../../config/load.ts';
import type { Permissions } from '../../domain/plan.ts';
import { findRepository, type Repository } from '../../git/repository.ts';
import { ownFile } from '../../lib/own-files.ts';
import { Problem, systemErrorCode } from '../../lib/problem.ts';
import { noRepository, requireFolder } from '../project/require-folder.ts';
import { detectProject, type SeenProject } from './detect-project.ts';

/** The first configuration of a repository. */
export interface InitResult extends Omit<SeenProject, 'top'> {
  readonly file: string;
  readonly permissions: Permissions;
  /** Steps for a person before any session can start. */
  readonly missing: readonly string[];
  /** The commands to type next. */
  readonly next: readonly string[];
}

/**
 * Looks at a repository and writes its first configuration.
 *
 * @param decide asked once what was seen is known, before anything is written
 * @throws Problem `no_repository`, `config_exists`, `config_unwritable`
 */
export async function initProject(
  folder: string,
  env: Readonly<NodeJS.ProcessEnv>,
  decide: (seen: SeenProject) => Permissions | Promise<Permissions>,
): Promise<InitResult> {
  const repository = await requireRepository(folder);
  const seen = await detectProject(repository, env);
  const permissions = await decide(seen);
  const file = writeConfig(repository, composeConfig(seen, permissions));
  const missing = missingSteps(seen, repository.head !== null);
  const next = [missing.length > 0 ? 'stint doctor' : 'stint config show', 'stint plan', 'stint run code'];
  const { top: _, ...found } = seen;
  return { file, permissions, ...found, missing, next };
}

function missingSteps({ agents }: SeenProject, hasCommit: boolean): string[] {
  return [
    ...(agents.length > 0
      ? []
      : ['put the command of your agent in the place of my-agent in stint.yaml; none was found on PATH.']),
    ...(hasCommit
      ? []
      : ['make a commit, which sessions start from: git add --all && git commit --message start']),
  ];
}

/**
 * The repository that gets a first configuration.
 *
 * @throws Problem `no_repository`, or `config_exists` when it has one
 */
async function requireRepository(folder: string): Promise<Repository> {
  const repository = await findRepository(requireFolder(folder));
  if (!repository) throw await noRepository(folder);
  if (existsSync(path.join(repository.top, CONFIG_NAME))) throw alreadyThere(repository);
  return repository;
}

function alreadyThere(repository: Repository): Problem {
  return new Problem(
    'config_exists',
    `There is a ${CONFIG_NAME} in ${repository.top} already.`,
    'It was not touched; `stint config validate` checks it.',
  );
}

/** The schema that editors check stint.yaml with; it is shipped with the program. */
const SCHEMA = ownFile('stint.schema.json');

/** The text of a first stint.yaml: short, commented, and valid as it stands. */
function composeConfig(seen: SeenProject, permissions: Permissions): string {
  const inside = path.relative(seen.top, SCHEMA);
  const schema = inside.startsWith('..') ? SCHEMA : `./${inside}`;
  const harnesses = seen.agents.map(({ name }) => `  ${name}: {} # model: NAME`);
  if (harnesses.length === 0)
    harnesses.push(
      '  # No agent CLI was found on PATH. Name yours here, or install one.\n  mine: { command: [my-agent], format: text } # the prompt comes on standard input',
    );
  return `# yaml-language-server: $schema=${schema}
# What stint runs here: docs/settings.md lists every setting; \`stint config show\` says what holds.
version: 1
permissions: ${permissions} # read: look only · edit: change files and commit · full: anything, without asking
harnesses:
${harnesses.join('\n')}
categories:
${category('code', 'Find one small, well-understood improvement of the code (a bug, a missing test, a TODO), make it, and commit it.', seen, true)}
${category('docs', 'Find one page, comment or message that is wrong or unclear, check it against the code, correct it, and commit it.', seen, false)}
${category('cleanup', 'Find dead code, an unused dependency or a repeated piece, remove it without changing behaviour, and commit it.', seen, true)}
`;
}

function category(name: string, prompt: string, seen: SeenProject, isChecked: boolean): string {
  const first = seen.agents[0]?.name ?? 'mine';
  const lines = [`  ${name}:`, `    harness: ${first}`, `    prompt: ${prompt}`, '    timeout: 45m'];
  if (isChecked && seen.setup !== null)
    lines.push(`    setup: ${seen.setup} # in the session's worktree, before the agent`);
  if (isChecked && seen.check !== null)
    lines.push(`    check: ${seen.check} # must pass on what was committed`);
  return lines.join('\n');
}

/** Writes the first configuration; one that is there stays as it is. @throws Problem `config_exists` */
function writeConfig(repository: Repository, text: string): string {
  const file = path.join(repository.top, CONFIG_NAME);
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw alreadyThere(repository);
    throw new Problem(
      'config_unwritable',
      `${file} cannot be written: ${systemErrorCode(error)}.`,
      'See the permissions of the folder.',
      1,
    );
  }
  // What we wrote must be what we would accept.
  loadConfig({ file, env: {}, assignments: [] });
  return file;
}

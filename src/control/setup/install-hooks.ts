import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { asObject, type JsonObject } from '../../harness/reading/json-shape.ts';
import { settingsFile, withHooks, withoutHooks } from '../../harness/claude-code/hooks.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { ownFile } from '../../lib/own-files.ts';
import { messageOf, Problem, systemErrorCode } from '../../lib/problem.ts';
import { refuseInSession } from '../custody/declare.ts';
import { requireFolder } from '../project/require-folder.ts';

export interface HooksRequest {
  /** The settings of the project that the folder belongs to, instead of the user's own. */
  readonly isProject: boolean;
  /** Takes the hooks out again. */
  readonly isRemoval: boolean;
  readonly isDryRun: boolean;
}

export interface HooksResult {
  readonly file: string;
  /** Whether the file was written. */
  readonly changed: boolean;
  /** Whether it differs from what it should be. */
  readonly wouldChange: boolean;
  /** The file's content after the change. */
  readonly content: string;
}

/** What agent CLIs call: a few lines of shell, beside the program itself. */
const HOOK = ownFile('bin/stint-hook');

/**
 * Puts our hooks into the settings of an agent CLI, or takes them out. Doing it twice changes nothing more.
 *
 * @throws Problem `settings_unreadable`, `settings_unwritable`
 */
export function installHooks(
  { folder, env }: { readonly folder: string; readonly env: Readonly<NodeJS.ProcessEnv> },
  { isProject, isRemoval, isDryRun }: HooksRequest,
): HooksResult {
  refuseInSession(env, 'install');
  const file = settingsFile(env, isProject ? requireFolder(folder) : null);
  const text = readText(file);
  const settings = text === null ? {} : parseSettings(file, text);
  const wanted = isRemoval ? withoutHooks(settings) : withHooks(settings, HOOK);
  const wouldChange = JSON.stringify(wanted) !== JSON.stringify(settings);
  const content = wouldChange ? `${JSON.stringify(wanted, null, 2)}\n` : (text ?? '');
  const changed = wouldChange && !isDryRun;
  if (changed) write(file, content);
  return { file, changed, wouldChange, content };
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw new Problem(
      'settings_unreadable',
      `${file} cannot be read: ${messageOf(error)}.`,
      'See its permissions.',
    );
  }
}

function parseSettings(file: string, text: string): JsonObject {
  try {
    const settings = asObject(JSON.parse(text.replace(/^\uFEFF/, '')));
    if (settings) return settings;
  } catch {
    // Said below: nothing of somebody's own settings is overwritten because it could not be read.
  }
  throw new Problem(
    'settings_unreadable',
    `${file} is no JSON object.`,
    'Correct it first; nothing was changed.',
  );
}

function write(file: string, content: string): void {
  try {
    makeFolder(path.dirname(file), 0o777);
    // Through a link to the file itself: people keep their settings in a repository.
    const target = existsSync(file) ? realpathSync(file) : file;
    atomicWrite(target, content, existsSync(target) ? statSync(target).mode & 0o777 : 0o600);
  } catch (error) {
    throw new Problem(
      'settings_unwritable',
      `${file} cannot be written: ${messageOf(error)}.`,
      'See its permissions.',
      1,
    );
  }
}

import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { asObject, type JsonObject } from '../../harness/reading/json-shape.ts';
import { settingsFile, withHooks, withoutHooks } from '../../harness/claude-code/hooks.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { ownFile } from '../../lib/own-files.ts';
import { messageOf, Problem, systemErrorCode } from '../../lib/problem.ts';

export interface InstallRequest {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** The folder of a project whose settings are meant; null for the user's own settings. */
  readonly project: string | null;
  readonly isRemoval: boolean;
  readonly isDryRun: boolean;
}

export interface Installed {
  readonly file: string;
  readonly changed: boolean;
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
export function installHooks(request: InstallRequest): Installed {
  const file = settingsFile(request.env, request.project);
  const text = readText(file);
  const settings = text === null ? {} : parseSettings(file, text);
  const wanted = request.isRemoval ? withoutHooks(settings) : withHooks(settings, HOOK);
  const changed = JSON.stringify(wanted) !== JSON.stringify(settings);
  const content = changed ? `${JSON.stringify(wanted, null, 2)}\n` : (text ?? '');
  if (changed && !request.isDryRun) write(file, content);
  return { file, changed, content };
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

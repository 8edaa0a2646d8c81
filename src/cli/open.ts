import path from 'node:path';
import type { Project, ProjectPlace } from '../control/project/project.ts';
import { Problem, systemErrorCode } from '../lib/problem.ts';
import type { SessionId } from '../domain/ids.ts';
import { oneLine } from '../lib/plain-text.ts';
import type { CliContext, CommonOptions } from './context.ts';
import { note, redactOutput } from './print.ts';

/**
 * Opens the project of a verb, runs its work, and closes it whatever happens. `wrap` writes too, and needs neither a
 * repository nor a configuration: for wrapped commands, and for what is done with records.
 *
 * @param refuse throws what makes the call wrong here, before anything is written
 */
export async function withProject<T>(
  context: CliContext,
  options: CommonOptions,
  access: 'read' | 'write' | 'wrap',
  work: (project: Project) => Promise<T>,
  refuse?: (place: ProjectPlace) => void | Promise<void>,
): Promise<T> {
  const { openProject } = await import('../control/project/project.ts');
  const project = await openProject({
    ...namedPlace(context, options),
    assignments: options.set ?? [],
    env: context.env,
    clock: context.clock,
    cancelled: context.interrupted,
    access: access === 'read' ? 'read' : 'write',
    needsProject: access !== 'wrap',
    ...(refuse ? { refuse } : {}),
  });
  redactOutput(project.redactor);
  project.events.subscribe((event) => {
    if (event.name === 'trouble.met') note(`stint: ${oneLine(event.sentence, 500)}`);
  });
  try {
    const result = await work(project);
    if (access !== 'read') await noteMirror(project);
    return result;
  } catch (error) {
    throw await explainStore(error, project);
  } finally {
    await project.close();
  }
}

/** Whatever a verb wrote is in the mirror when it ends. */
async function noteMirror(project: Project): Promise<void> {
  const { mirrorRecords } = await import('../control/sinks/mirror.ts');
  const trouble = await mirrorRecords(project);
  if (trouble !== null) note(`stint: ${oneLine(trouble, 500)}`);
}

/**
 * Gives every sink what is due. Called at the end of a verb that starts sessions, also where it started none: a record
 * whose delivery failed waits for no further session.
 */
export async function drainAtEnd(project: Project, { interrupted }: CliContext): Promise<void> {
  const { drainOutbox } = await import('../control/sinks/outbox.ts');
  await drainOutbox(project, { cancelled: interrupted });
}

/** The folder and the file that the call names. An empty name is a variable that was not set, never the default. */
export function namedPlace(
  context: CliContext,
  options: CommonOptions,
): { folder: string; configFile: string | undefined } {
  for (const [option, name] of [
    ['-C', options.C],
    ['--config', options.config],
  ])
    if (name?.trim() === '')
      throw new Problem('usage', `${option} is "${name}".`, 'Name one, or leave the option out.');
  const folder = path.resolve(context.cwd, options.C ?? '.');
  return {
    folder,
    configFile: options.config === undefined ? undefined : path.resolve(folder, options.config),
  };
}

/** What the disk or the file did to the store, with the file's name; anything else as it is. */
async function explainStore(error: unknown, project: Project): Promise<unknown> {
  const code = systemErrorCode(error) ?? '';
  if (!/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code)) return error;
  const { unusable } = await import('../store/unusable.ts');
  return unusable(project.layout.database, error);
}

/** The session whose id starts with `prefix`. @throws Problem when there is none, or more than one */
export async function requireSession(project: Project, prefix: string): Promise<SessionId> {
  const { findIds } = await import('../store/sessions.ts');
  const wanted = prefix.toLowerCase();
  const ids = /^[a-z][0-9a-z]{0,9}$/.test(wanted) ? await findIds(project.store, wanted, 6) : [];
  const [id, ...others] = ids;
  if (id === undefined) {
    throw new Problem(
      'unknown_session',
      `No session's id starts with "${prefix.slice(0, 40)}".`,
      'See `stint sessions`.',
    );
  }
  if (others.length > 0 && id !== wanted) {
    throw new Problem(
      'ambiguous_session',
      `"${prefix}" could be ${[id, ...others].join(', ')}.`,
      'Give more of the id.',
    );
  }
  return id;
}

/** Reads a whole number of an option. @throws Problem `usage` */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new Problem(
      'usage',
      `${name} is "${text.slice(0, 40)}"; it must be a whole number from ${least} to ${most}.`,
      'Give one of those, or leave the option out.',
    );
  };
}

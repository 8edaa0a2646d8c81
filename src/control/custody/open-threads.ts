import { closeSync, openSync, readSync } from 'node:fs';
import { sessionFiles } from '../../domain/layout.ts';
import { listOpen } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

/** Every stream names its conversation in one of its first lines. */
const HEAD = 1 << 16;

/** The conversations of sessions that stint runs here and has not recorded yet. */
export class OpenThreads {
  readonly #project: Project;
  #heads: readonly string[] | null = null;

  constructor(project: Project) {
    this.#project = project;
  }

  async has(thread: string): Promise<boolean> {
    this.#heads ??= (await listOpen(this.#project.store)).map(({ id }) =>
      readHead(sessionFiles(this.#project.layout, id).stdout),
    );
    return this.#heads.some((head) => head.includes(thread));
  }
}

function readHead(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(HEAD);
      return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, HEAD, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return ''; // It has said nothing yet.
  }
}

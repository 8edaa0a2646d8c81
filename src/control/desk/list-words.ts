import { listParkings } from '../../store/parkings.ts';
import { findIds } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

/** Kinds of names that a shell can complete from a project. */
export type WordKind = 'categories' | 'harnesses' | 'accounts' | 'models' | 'sessions';

const MOST_IDS = 50;

/** Names of a kind; of sessions the ids that start with `prefix`, of accounts and models only those that are parked. */
export async function listWords(
  project: Project,
  kind: WordKind,
  prefix: string,
): Promise<readonly string[]> {
  switch (kind) {
    case 'categories':
      return [...project.settings().categories.keys()];
    case 'harnesses':
      return [...project.settings().harnesses.keys()];
    case 'accounts':
      return [
        ...new Set(
          (await listParkings(project.host)).flatMap((each) => (each.kind === 'account' ? each.name : [])),
        ),
      ];
    case 'models':
      return [...new Set((await listParkings(project.host)).flatMap(({ model }) => model ?? []))];
    case 'sessions':
      return findIds(project.store, prefix, MOST_IDS);
  }
}

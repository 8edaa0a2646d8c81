import type { Beliefs } from '../domain/belief.ts';
import { foldBeliefs } from '../learn/fold-beliefs.ts';
import { listFacts } from '../store/records.ts';
import type { Project } from './project.ts';

export async function readBeliefs(project: Project): Promise<Beliefs> {
  const { categories, learn } = project.settings();
  return foldBeliefs(await listFacts(project.store), [...categories.keys()], learn.imported);
}

import type { Evidence } from '../../../domain/evidence.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { observeCategory, rulesOf } from '../../../evidence/observed-category.ts';
import { findEvidence } from '../../../store/evidence.ts';
import { findSession } from '../../../store/sessions.ts';
import type { Project } from '../../project/project.ts';

/**
 * The evidence by which a session is judged again; null where none is stored. An older stint guessed by the names of
 * categories which commit types are whose: what it observed by a guess is left out.
 */
export async function readStoredEvidence(store: Project['store'], id: SessionId): Promise<Evidence | null> {
  const evidence = await findEvidence(store, id);
  if (evidence === null || evidence.observedCategory === null) return evidence;
  const plan = (await findSession(store, id))?.plan;
  const observedCategory = plan ? observeCategory(evidence.commits, rulesOf(plan), plan.category) : null;
  return { ...evidence, observedCategory };
}

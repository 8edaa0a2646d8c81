import type { SessionId } from '../../domain/ids.ts';
import type { Plan } from '../../domain/plan.ts';
import { credentialsOf } from '../../harness/account-id.ts';
import type { ProviderSign } from '../../judge/provider-sign.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { seededRandom, seedFromName } from '../../lib/random.ts';
import { park, releaseProbe, served } from '../../plan/park.ts';
import { accountKey } from './parking-keys.ts';
import { changeAndTell } from './change-and-tell.ts';
import type { Project } from '../project/project.ts';

/** As much of the provider's words as is kept. */
const LONGEST_REASON = 300;

/** Tells the whole machine what a session showed of its account. Telling it again changes nothing. */
export async function noteAccount(
  project: Project,
  { id, plan }: { readonly id: SessionId; readonly plan: Plan },
  sign: ProviderSign,
  at: Date,
): Promise<void> {
  if (plan.harnessSettings.type === 'wrap') return;
  const key = accountKey(plan.accountId);
  await changeAndTell(project, key, (before) => {
    if (sign.kind === 'served') return served(before, id);
    if (sign.kind === 'silent') return releaseProbe(before, id);
    const refusal = {
      cause: sign.cause,
      reason: oneLine(sign.reason, LONGEST_REASON),
      resetsAt: sign.resetsAt,
      at,
      sessionId: id,
      repository: project.repository.top,
      credentials: credentialsOf(plan.harnessSettings, project.env),
    };
    // By the session's own id: whoever concludes it once more comes to the same end.
    return park(before, key, refusal, seededRandom(seedFromName(id)));
  });
}

import type { SessionId } from '../../domain/ids.ts';
import type { Plan } from '../../domain/plan.ts';
import { credentialsOf } from '../../harness/account-id.ts';
import type { ProviderSign } from '../../judge/provider-sign.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { seededRandom, seedFromName } from '../../lib/random.ts';
import { park, releaseProbe, served } from '../../plan/park.ts';
import { changeParking } from '../../store/parkings.ts';
import { accountKey } from './parking-keys.ts';
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
  await changeParking(project.host, key, (before) => {
    if (sign.kind === 'served') return { after: served(before, id), result: null };
    if (sign.kind === 'silent') return { after: releaseProbe(before, id), result: null };
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
    return { after: park(before, key, refusal, seededRandom(seedFromName(id))), result: null };
  });
}

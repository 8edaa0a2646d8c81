import type { SessionId } from '../../domain/ids.ts';
import type { Parking, ParkingKey } from '../../domain/parking.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { credentialsOf } from '../../harness/account-id.ts';
import { OWN_MODEL } from '../../domain/model-scope.ts';
import { type ProviderSign, type RefusedScope, signSoFar } from '../../judge/provider-sign.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { seededRandom, seedFromName } from '../../lib/random.ts';
import { FAILURES_TO_PARK, failuresInARow, harnessSign } from '../../plan/failures-in-a-row.ts';
import { narrowed, park, releaseProbe, served } from '../../plan/park.ts';
import { listHarnessEnds } from '../../store/past-sessions.ts';
import { changeParking } from '../../store/parkings.ts';
import type { Project } from '../project/project.ts';
import { accountKey, harnessKey, listParkedModels } from './parkings.ts';

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
  const refused = refusedScopes(sign, plan);
  const all = accountKey(plan.accountId);
  const models = [
    ...refused.map(({ model }) => model),
    ...(await listParkedModels(project, plan.accountId)).map(({ model }) => model),
  ];
  for (const model of new Set([null, ...models]))
    await changeAndTell(project, { ...all, model }, (before) => {
      if (sign.kind === 'served') return served(before, id);
      const scope = refused.find((each) => each.model === model);
      if (sign.kind === 'silent' || scope === undefined)
        return refused.length > 0 && model === null ? narrowed(before, id) : releaseProbe(before, id);
      const refusal = {
        cause: sign.cause,
        reason: oneLine(scope.reason, LONGEST_REASON),
        resetsAt: scope.resetsAt,
        at,
        sessionId: id,
        repository: project.repository.top,
        credentials: credentialsOf(plan.harnessSettings, project.env),
        asked: plan.model,
      };
      // By the session's own id, so that a second conclusion comes to the same end.
      return park(before, { ...all, model }, refusal, seededRandom(seedFromName(id)));
    });
}

/**
 * The account or the models that the provider refuses to a session. A limit of "this model" is one of the configured
 * model, where the stream names none.
 */
function refusedScopes(sign: ProviderSign, plan: Plan): RefusedScope[] {
  if (sign.kind !== 'refused') return [];
  const { also = [], ...first } = sign;
  return [first, ...also].map(({ model, reason, resetsAt }) => ({
    reason,
    resetsAt,
    model: model === OWN_MODEL ? plan.model : model,
  }));
}

/** Changes one parking by a pure decision, and emits an event when it is new or its end changes. */
export async function changeAndTell(
  { host, events }: Project,
  key: ParkingKey,
  decide: (before: Parking | null) => Parking | null,
): Promise<void> {
  const parked = await changeParking<Parking | null>(host, key, (before) => {
    const after = decide(before);
    return { after, result: after?.until === before?.until ? null : after };
  });
  if (parked === null) return;
  const { kind, name, model, cause, reason, until } = parked;
  events.emit({ name: 'account.parked', parking: { kind, name, model, cause, reason, until } });
}

/** Ends that say nothing stand between; with more of them in a row there is no row. */
const LOOKED_AT = 20;

/**
 * Parks a harness whose last sessions failed in the same way, and opens it for one that did its part. Called with the
 * record stored; calling it again changes nothing.
 *
 * @param at its end by the wall clock, from which it rests
 */
export async function noteHarness(
  project: Project,
  plan: Plan,
  record: SessionRecord,
  at: Date,
): Promise<void> {
  if (plan.harnessSettings.type === 'wrap') return;
  const key = harnessKey(project, plan.harness);
  const sign = harnessSign(record);
  const row = failuresInARow(await listHarnessEnds(project.store, plan.harness, LOOKED_AT));
  await changeAndTell(project, key, (before) => {
    if (sign.kind === 'well') return null;
    const isProbe = before?.probe?.sessionId === record.id;
    const isEnough = isProbe || (row?.count ?? 0) >= FAILURES_TO_PARK;
    if (sign.kind === 'silent' || !isEnough) return releaseProbe(before, record.id);
    const refusal = {
      cause: 'failing' as const,
      reason: oneLine(`${row?.count ?? 1} in a row ended so: ${unknownWords(record) ?? sign.words}`, 300),
      resetsAt: null,
      at,
      sessionId: record.id,
      repository: project.repository.top,
      credentials: null,
      asked: null,
    };
    return park(before, key, refusal, seededRandom(seedFromName(record.id)));
  });
}

/** The words of an error that stint does not know, of the last session; null without one. */
function unknownWords({ reasons }: SessionRecord): string | null {
  const mode = 'provider_unknown: ';
  return reasons.find((reason) => reason.startsWith(mode))?.slice(mode.length) ?? null;
}

/** Sees what a running session tells about its account. */
export interface AccountWatch {
  /** Never throws and never waits. */
  readonly look: (transcript: Transcript) => void;
  /** Resolves when all of it is stored. */
  readonly finish: () => Promise<void>;
}

/**
 * Tells the machine what a running session shows of its account as soon as it is seen: nobody starts into a limit while
 * its first victim is still being judged, and the others need not wait for the end of a probe that is served.
 */
export function watchAccount(
  project: Project,
  session: { readonly id: SessionId; readonly plan: Plan },
): AccountWatch {
  let told = '';
  let telling: Promise<void> = Promise.resolve();
  return {
    look: (transcript) => {
      const sign = signSoFar(transcript);
      const news = [sign.kind, ...refusedScopes(sign, session.plan).map(({ model }) => model)].join();
      if (sign.kind === 'silent' || news === told) return;
      told = news;
      const at = project.clock.now();
      telling = telling
        .then(() => noteAccount(project, session, sign, at))
        // The same is told again when the session is concluded, and what fails there is seen.
        .catch(() => undefined);
    },
    finish: () => telling,
  };
}

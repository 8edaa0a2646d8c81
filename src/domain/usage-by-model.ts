import type { ModelUsage } from './record.ts';
import type { MessageUsage } from './session-event.ts';
import { addUp } from './token-counts.ts';
import type { Transcript } from './transcript.ts';

type ContextBand = NonNullable<ModelUsage['contextBand']>;

/** A file can name as many models and tiers as it has lines; messages beyond these rows count as unnamed. */
const MOST_ROWS = 60;

/** The kind of a message's request, with the names of a row's fields. */
type Kind = Required<Pick<ModelUsage, 'model' | 'isSubagent' | 'serviceTier' | 'contextBand'>>;

/** A session's use by model, its helpers apart, and by what else a price depends on. */
export function usageByModel({ usageByMessage }: Pick<Transcript, 'usageByMessage'>): ModelUsage[] {
  const rows = new Map<string, { readonly kind: Kind; readonly messages: MessageUsage[] }>();
  for (const used of usageByMessage.values()) {
    const told = kindOf(used);
    const isTold = rows.size < MOST_ROWS || rows.has(JSON.stringify(told));
    const kind = isTold ? told : { ...UNNAMED, isSubagent: told.isSubagent };
    const row = rows.get(JSON.stringify(kind));
    if (row) row.messages.push(used);
    else rows.set(JSON.stringify(kind), { kind, messages: [used] });
  }
  return [...rows.values()].map(({ kind, messages }) => ({
    ...kind,
    messages: messages.length,
    tokens: {
      ...addUp(messages),
      cacheWrite5m: sumOf(messages.map(({ cacheWrite5m }) => cacheWrite5m)),
      cacheWrite1h: sumOf(messages.map(({ cacheWrite1h }) => cacheWrite1h)),
    },
  }));
}

const UNNAMED = { model: null, serviceTier: null, contextBand: null };

function kindOf(used: MessageUsage): Kind {
  const { model = null, isSubagent = false, serviceTier = null } = used;
  return { model, isSubagent, serviceTier, contextBand: bandOf(used) };
}

/** Null where the lines do not tell the context of each request. */
function bandOf({ input, cacheRead, cacheWrite, isSum }: MessageUsage): ContextBand | null {
  if (input === null || isSum) return null;
  const context = input + (cacheRead ?? 0) + (cacheWrite ?? 0);
  if (context <= 128_000) return '128k';
  if (context <= 200_000) return '200k';
  return context <= 272_000 ? '272k' : 'over';
}

/** Null where the lines give no such count. */
function sumOf(counts: readonly (number | undefined)[]): number | null {
  const told = counts.filter((count) => count !== undefined);
  return told.length === 0 ? null : told.reduce((sum, count) => sum + count, 0);
}

/** The same by model alone, without tiers and bands: one row for each model, helpers apart. */
export function totalsByModel(
  rows: readonly ModelUsage[],
): readonly Pick<ModelUsage, 'model' | 'isSubagent' | 'messages' | 'tokens'>[] {
  const models = Map.groupBy(rows, ({ model, isSubagent }) => JSON.stringify([model, isSubagent]));
  return [...models.values()].map((same) => ({
    model: same[0]?.model ?? null,
    isSubagent: same[0]?.isSubagent ?? false,
    messages: same.reduce((sum, { messages }) => sum + messages, 0),
    tokens: addUp(same.map(({ tokens }) => tokens)),
  }));
}

/** The same as a field of a record, which is left out where no line names a model. */
export function usageFieldOf(transcript: Pick<Transcript, 'usageByMessage'>): {
  readonly usageByModel?: readonly ModelUsage[];
} {
  const rows = usageByModel(transcript);
  return rows.some(({ model }) => model !== null) ? { usageByModel: rows } : {};
}

/** The model that answered: as the transcript says; else the most frequent one, helpers apart; null where no line names it. */
export function modelOf(transcript: Transcript): string | null {
  if (transcript.model !== null) return transcript.model;
  const models = totalsByModel(usageByModel(transcript));
  const own = models.filter(({ model, isSubagent }) => model !== null && !isSubagent);
  return own.toSorted((a, b) => b.messages - a.messages)[0]?.model ?? null;
}

import type { ModelUsage } from './record.ts';
import type { MessageUsage } from './session-event.ts';
import { addUp, type Transcript } from './transcript.ts';

/** Token counts with the parts of `cacheWrite`, which are absent where the lines do not tell them apart. */
export type ModelTokens = ModelUsage['tokens'];

export type ContextBand = NonNullable<ModelUsage['contextBand']>;

/** A file can name as many models as it has lines; what comes after these counts as unnamed. */
const MOST_MODELS = 30;

/** What a session used by model, its helpers apart. */
export function usageByModel({ usageByMessage }: Pick<Transcript, 'usageByMessage'>): ModelUsage[] {
  const names = new Set([...usageByMessage.values()].flatMap(({ model }) => model ?? []));
  const told = new Set([...names].slice(0, MOST_MODELS));
  const nameOf = ({ model }: MessageUsage): string | null =>
    model !== undefined && told.has(model) ? model : null;
  const keyOf = (used: MessageUsage): string => `${used.isSubagent ? 'helper' : 'own'} ${nameOf(used) ?? ''}`;
  return [...Map.groupBy(usageByMessage.values(), keyOf).values()].map((all) => ({
    model: all[0] ? nameOf(all[0]) : null,
    isSubagent: all[0]?.isSubagent ?? false,
    messages: all.length,
    tokens: addUp(all),
  }));
}

/** The same as a field of a record, which is left out where no line names a model. */
export function usageFieldOf(transcript: Pick<Transcript, 'usageByMessage'>): {
  readonly usageByModel?: readonly ModelUsage[];
} {
  const rows = usageByModel(transcript);
  return rows.some(({ model }) => model !== null) ? { usageByModel: rows } : {};
}

/** What answered: as the transcript says; else what answered most often, helpers apart; null where no line names it. */
export function modelOf(transcript: Transcript): string | null {
  if (transcript.model !== null) return transcript.model;
  const own = usageByModel(transcript).filter(({ model, isSubagent }) => model !== null && !isSubagent);
  return own.toSorted((a, b) => b.messages - a.messages)[0]?.model ?? null;
}

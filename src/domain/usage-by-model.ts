import type { MessageUsage, TokenCounts } from './session-event.ts';
import { addUp, type Transcript } from './transcript.ts';

/** What one model was asked for in a session. */
export interface ModelUsage {
  /** Null where the lines do not name it. */
  readonly model: string | null;
  readonly isSubagent: boolean;
  /** Answers of the model: a price counts them as requests. */
  readonly messages: number;
  readonly tokens: ModelTokens;
  /** The provider's word for the service tier; absent in records of an older stint. */
  readonly serviceTier?: string | null;
  /** Some prices depend on the size of a request's context: the smallest of these bands that holds it, in tokens. */
  readonly contextBand?: ContextBand | null;
}

export type ContextBand = '128k' | '200k' | '272k' | 'over';

/** The parts of `cacheWrite` by how long the cache keeps them; absent where the lines do not tell them apart. */
export interface ModelTokens extends TokenCounts {
  readonly cacheWrite5m?: number | null;
  readonly cacheWrite1h?: number | null;
}

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

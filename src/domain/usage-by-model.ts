import type { MessageUsage, TokenCounts } from './session-event.ts';
import { addUp, type Transcript } from './transcript.ts';

/** What one model was asked for in a session. */
export interface ModelUsage {
  /** Null where the lines do not name it. */
  readonly model: string | null;
  readonly isSubagent: boolean;
  readonly messages: number;
  readonly tokens: TokenCounts;
}

/** What a session used by model, its helpers apart. */
export function usageByModel({ usageByMessage }: Pick<Transcript, 'usageByMessage'>): ModelUsage[] {
  const keyOf = ({ model, isSubagent }: MessageUsage): string =>
    `${isSubagent ? 'helper' : 'own'} ${model ?? ''}`;
  return [...Map.groupBy(usageByMessage.values(), keyOf).values()].map((all) => ({
    model: all[0]?.model ?? null,
    isSubagent: all[0]?.isSubagent ?? false,
    messages: all.length,
    tokens: addUp(all),
  }));
}

/** What answered: as the transcript says; else what answered most often, helpers apart; null where no line names it. */
export function modelOf(transcript: Transcript): string | null {
  if (transcript.model !== null) return transcript.model;
  const own = usageByModel(transcript).filter(({ model, isSubagent }) => model !== null && !isSubagent);
  return own.toSorted((a, b) => b.messages - a.messages)[0]?.model ?? null;
}

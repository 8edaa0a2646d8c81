import type { SessionEvent } from './session-event.ts';

/** A usage limit that a session stands before. */
export interface Limit {
  readonly resetsAt: string | null;
  readonly detail: string;
  /** The model whose limit it is; null for the whole account, absent where nothing says. */
  readonly model?: string | null;
  /** Limits of other scopes that it stands before too. */
  readonly also?: readonly Omit<Limit, 'also'>[];
}

/** An agent that writes its own stream may tell of any number. */
const MOST_OTHERS = 8;

/** A CLI tells one limit more than once, each time some of it, and may tell of several. */
export function foldLimit(before: Limit | null, event: Extract<SessionEvent, { kind: 'limited' }>): Limit {
  const { detail, model } = event;
  if (model === undefined) return { ...before, detail, resetsAt: event.resetsAt ?? before?.resetsAt ?? null };
  const { also = [], ...last } = before ?? { model, resetsAt: null, detail };
  const isSame = (each: Limit): boolean => each.model === undefined || each.model === model;
  const others = [last, ...also].filter((each) => !isSame(each)).slice(0, MOST_OTHERS);
  const known = [last, ...also].find(isSame)?.resetsAt ?? null;
  return {
    resetsAt: event.resetsAt ?? known,
    detail,
    model,
    ...(others.length === 0 ? {} : { also: others }),
  };
}

/** What is full, for people. */
export function limitWords({ model = null, detail }: Limit): string {
  return `the account is at its limit${model === null ? '' : ` for ${model}`}: ${detail}`;
}

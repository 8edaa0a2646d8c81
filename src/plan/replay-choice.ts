import { CHOICE_VERSION, type Choice, type Decision } from '../domain/choice.ts';
import { choose } from './choose.ts';

/** What making a choice again, from what is stored of it, gives. */
export type ReplayedChoice =
  | { readonly kind: 'same' }
  /** It came out differently: what is stored and what is chosen do not belong together. */
  | { readonly kind: 'different'; readonly again: Choice }
  | { readonly kind: 'other-rules'; readonly version: number };

/** Makes a stored choice again. Pure. */
export function replayChoice({ input, choice }: Decision): ReplayedChoice {
  if (input.version !== CHOICE_VERSION) return { kind: 'other-rules', version: input.version };
  const again = choose(input);
  return JSON.stringify(again) === JSON.stringify(choice) ? { kind: 'same' } : { kind: 'different', again };
}

import type { Transcript, Trouble } from '../domain/transcript.ts';

/** The trouble that stands where an answer should stand; null where the model got over it. */
export function standingTrouble({ trouble, ended }: Pick<Transcript, 'trouble' | 'ended'>): Trouble | null {
  if (trouble === null || ended === null || ended.isError) return trouble;
  if (trouble.isRetrying === true) return null;
  // Some versions call it a success, and give the error as its text.
  const isAnswered = ended.text.trim() !== '' && !ended.text.startsWith(trouble.message);
  return isAnswered ? null : trouble;
}

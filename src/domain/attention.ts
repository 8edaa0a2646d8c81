import type { TranscriptSession } from './transcript-session.ts';

/** From so many sessions on, the same first words are those of a template: a program wrote them. */
export const FEWEST_OF_TEMPLATE = 5;

/** Who sat at a session, as far as others than its own files tell. */
export interface KnownAttention {
  /** The person who imported it said that it ran without a person. */
  readonly isUnattended: boolean;
  /** Five or more sessions begin with the same words. */
  readonly isTemplated: boolean;
}

/**
 * The session as it is known beside its own files. A template says who wrote its first prompt and no more: an act of a
 * person, or a second prompt, is stronger.
 */
export function withAttention(
  session: TranscriptSession,
  { isUnattended, isTemplated }: KnownAttention,
): TranscriptSession {
  const attended = 'no';
  if (isUnattended)
    return {
      ...session,
      attended,
      attendedBecause: 'the import says that no person was there (--unattended)',
    };
  if (isTemplated && isOpenToTemplate(session))
    return {
      ...session,
      attended,
      attendedBecause: `${FEWEST_OF_TEMPLATE} or more sessions begin with the same words (templated), and it was not prompted again`,
    };
  return session;
}

/** Whether it would change who sat there that its first prompt is of a template. */
export function isOpenToTemplate({
  attended,
  isSteered,
}: Pick<TranscriptSession, 'attended' | 'isSteered'>): boolean {
  return attended !== 'no' && !isSteered;
}

import { linesOf } from './print.ts';

/** Why sessions are not in a report, as they follow their number. */
const BECAUSE = {
  attended: 'that a person steered',
  notKnown: 'where nothing says whether a person sat there',
  unattended: 'without a person',
  older: 'older',
  imported: 'imported',
  oneoff: 'of one-off work',
  turnedAway: 'that the provider turned away',
  noWord: 'that say nothing about the work',
} as const;

/**
 * The sessions that a report leaves out, in one line; empty where there is none.
 *
 * @param hint where they can be seen
 */
export function leftOutLine(
  leftOut: Readonly<Partial<Record<keyof typeof BECAUSE, number>>>,
  hint = '',
): string {
  const parts = linesOf(
    ...Object.entries(BECAUSE).map(([why, because]) => {
      const count = leftOut[why as keyof typeof BECAUSE] ?? 0;
      return count > 0 && `${count} ${because}`;
    }),
  );
  return parts.length === 0 ? '' : `left out: ${parts.join(', ')}${hint}`;
}

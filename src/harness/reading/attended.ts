import type { TranscriptSession } from '../../domain/transcript-session.ts';
import type { AttendedSign } from './transcript-format.ts';

type Attended = Pick<TranscriptSession, 'attended' | 'attendedBecause'>;

/**
 * Whether a person steered the session, from its own lines. The CLI's word about its start decides; where there is
 * none, acts that only a person does; then the beginning of the file. A single prompt without any of these proves
 * neither.
 */
export function decideAttended(signs: ReadonlySet<AttendedSign>, prompts: number): Attended {
  if (signs.has('terminal')) return yes('a person started it in a terminal or an editor');
  if (signs.has('program')) return no('it was started by a program');
  if (signs.has('interrupted')) return yes('a person interrupted it');
  if (signs.has('commanded')) return yes('a person ran a command in it');
  if (signs.has('rejected')) return yes('a person refused a tool');
  if (signs.has('answered')) return yes('a person answered a question');
  if (prompts > 1) return yes('it was prompted again in between');
  if (signs.has('print-mode')) return no('its file begins as in print mode');
  return { attended: 'unknown', attendedBecause: 'nothing in it says who prompted it' };
}

function yes(attendedBecause: string): Attended {
  return { attended: 'yes', attendedBecause };
}

function no(attendedBecause: string): Attended {
  return { attended: 'no', attendedBecause };
}

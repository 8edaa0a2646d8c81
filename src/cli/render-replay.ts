import type { Replay, ReplayStep } from '../stint/data.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { linesOf } from './print.ts';

/** Every moment at which the answer changed, for people. */
export function renderReplay(replay: Replay): string {
  const { steps, last, looks, tried, changedLine, hasOutput } = replay;
  const limits = Object.entries(tried).map(
    ([key, value]) => `${key.replace(/Ms$/, '')} ${shown(key, value)}`,
  );
  return linesOf(
    `${replay.id}: ${looks} looks${limits.length > 0 ? `, tried with ${limits.join(', ')}` : ''}`,
    steps.map(stepLine),
    last && !steps.includes(last) && stepLine(last),
    !hasOutput && 'Its output is gone, so no word was heard this time.',
    changedLine !== null &&
      `Line ${changedLine} of pulses.jsonl was changed after it was written, or is torn: trust nothing from there on.`,
    verdictOf(replay),
  ).join('\n');
}

function stepLine({ at, afterMs, state, waitingOn, sinceMs, end }: ReplayStep): string {
  const since = sinceMs > 0 ? ` for ${formatDuration(sinceMs)}` : '';
  const what = end ? `ended, ${end.reason}: ${oneLine(end.because, 200)}` : oneLine(waitingOn, 100);
  return `  ${at}  +${formatDuration(afterMs).padEnd(8)} ${state.padEnd(16)} ${what}${end ? '' : since}`;
}

function verdictOf({ last, tried }: Replay): string {
  if (!last) return 'No look was written.';
  const isTried = Object.keys(tried).length > 0;
  const { end, recorded } = last;
  if (end && recorded.end === null)
    return `It ${isTried ? 'would have been' : 'should have been'} ended here (${end.reason}); it was not.`;
  if (!end && recorded.end !== null)
    return `It was ended here (${recorded.end}); ${isTried ? 'with these limits it would not have been' : 'asked again, it would not be'}.`;
  if (end) return `The same as it was decided then: ended, ${end.reason}.`;
  return last.state === recorded.state
    ? 'The same as it was decided then.'
    : `It was ${recorded.state} then.`;
}

function shown(key: string, value: unknown): string {
  return key.endsWith('Ms') && typeof value === 'number' ? formatDuration(value) : String(value);
}

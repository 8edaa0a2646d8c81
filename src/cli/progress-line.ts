import { createLogUpdate } from 'log-update';
import { oneLine } from '../lib/plain-text.ts';

export interface ProgressLine {
  update(text: string): void;
  stop(): void;
}

/** One line on a terminal that says how far long work is, nothing elsewhere. */
export function createProgressLine(isQuiet: boolean): ProgressLine {
  if (isQuiet || !process.stderr.isTTY || !(process.stderr.columns > 0))
    return { update: () => undefined, stop: () => undefined };
  const log = createLogUpdate(process.stderr);
  return {
    update: (text) => log(oneLine(text, process.stderr.columns - 1)),
    stop: () => {
      log.clear();
      log.done();
    },
  };
}

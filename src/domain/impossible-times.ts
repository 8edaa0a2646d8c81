const ODD = 'lines of its files with a time that cannot be true: ';

/** The warning of a record, of whose transcript so many lines have a time that cannot be true. */
export function describeOddTimes(lines: number): string {
  return `${ODD}${lines}; they count for no time`;
}

/** Whether a warning of a record says so. */
export function saysOddTimes(warning: unknown): boolean {
  return typeof warning === 'string' && warning.startsWith(ODD);
}

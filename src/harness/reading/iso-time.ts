/** The form of nearly all lines; a Date for each would be dear. */
const PLAIN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** A time that a file says, in the one form in which times can be compared as text; null for what is none. */
export function isoTime(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  if (PLAIN.test(value)) return value;
  if (!/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

const PLAIN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A time that a file says, in the one form in which times can be compared as text; null for what is none. */
export function isoTime(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  if (PLAIN.test(value)) return Number.isNaN(Date.parse(value)) ? null : value;
  if (!/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** When a session was promised, by the time since boot; null for those from before, and where the machine did not say it. */
export const START_BY_BOOT = `
  ALTER TABLE sessions ADD COLUMN boot TEXT;
`;

/** Where it is about noon, so that no day ends under the test, and when it is midnight there in UTC. */
export function placeAtNoon(): { zone: string; midnight: string } {
  const hour = new Date().getUTCHours();
  const east = 12 - hour;
  // The signs of these zones are the other way round.
  const zone = `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
  return { zone, midnight: `${String((hour + 12) % 24).padStart(2, '0')}:00:00.000Z` };
}

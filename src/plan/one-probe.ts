import type { CategoryState } from '../domain/choice.ts';

/**
 * Keeps to one probe of what was parked within one choice: whoever is asked first is the probe, and those that could start
 * with nothing else wait for it. Returns, for each category in the order of their turns, why it has to wait, or null.
 */
export function oneProbeEach(): (state: CategoryState | undefined) => string | null {
  const probes = new Map<string, string>();
  return (state) => {
    const usable = (state?.harnesses ?? []).filter(({ trouble }) => trouble === null);
    const isFree = usable.length === 0 || usable.some(({ probeOf }) => (probeOf ?? null) === null);
    if (isFree || state === undefined) return null;
    const taken = usable.map(({ probeOf }) => probeOf ?? '');
    const untried = taken.find((each) => !probes.has(each));
    if (untried === undefined) return `${taken[0]} is probed by ${probes.get(taken[0] ?? '')} first`;
    probes.set(untried, state.category);
    return null;
  };
}

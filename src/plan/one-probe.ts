import type { CategoryState } from '../domain/choice.ts';

/**
 * Keeps to one probe of what was parked within one choice: whoever is asked first is the probe, and those that could start
 * with nothing else wait for it. Returns, for each category in the order of their turns, why it has to wait, or null.
 */
export function oneProbeEach(): (state: CategoryState) => string | null {
  const probes = new Map<string, string>();
  return ({ category, harnesses }) => {
    const usable = harnesses.filter(({ trouble }) => trouble === null);
    const due = usable.flatMap(({ probeOf }) => probeOf ?? []);
    if (due.length < usable.length || due[0] === undefined) return null;
    const untried = due.find((each) => !probes.has(each));
    if (untried === undefined) return `${due[0]} is probed by ${probes.get(due[0])} first`;
    probes.set(untried, category);
    return null;
  };
}

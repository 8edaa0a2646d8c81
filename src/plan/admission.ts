import type { ChoiceInput } from '../domain/choice.ts';

/** What of the machine is too full for another session, in words; empty when nothing is. Pure. */
export function findFull({ machine, admission }: Pick<ChoiceInput, 'machine' | 'admission'>): string[] {
  const found: string[] = [];
  // What nobody can tell holds nothing back.
  for (const name of ['disk', 'memory'] as const) {
    const [used, most] = [machine[name], admission[name]];
    if (used !== null && most < 1 && used >= most)
      found.push(`${name} at ${percent(used)} (admission.${name} is ${percent(most)})`);
  }
  if (machine.load !== null && machine.load >= admission.load)
    found.push(
      `a load of ${machine.load.toFixed(1)} for each processor (admission.load is ${admission.load})`,
    );
  return found;
}

/** Down, so that what is under a limit never reads as if it were at it. */
function percent(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)} %`;
}

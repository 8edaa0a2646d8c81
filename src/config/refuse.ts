import { Problem } from '../lib/problem.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** What is wrong with a setting, with the place where it is said. */
export function refuse(source: YamlSource, at: KeyPath, sentence: string, hint: string): Problem {
  return new Problem('config_invalid', `${source.locate(at)}: ${sentence}.`, hint);
}

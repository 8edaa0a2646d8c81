import path from 'node:path';
import type { CategorySettings, ConfiguredHarness, Settings } from '../../config/settings.ts';
import type { ArmChoice } from '../../domain/choice.ts';
import type { CategoryName } from '../../domain/ids.ts';
import { type HarnessSettings, PLAIN_SESSION, type Plan, type PlannedArm } from '../../domain/plan.ts';
import type { RunType } from '../../domain/record.ts';
import { carriedBy } from '../../domain/settings/session.ts';
import type { SupervisePolicy } from '../../domain/settings/supervise.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { nearestWord } from '../../lib/nearest-word.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { findProgram } from '../../lib/programs.ts';
import { readNamed } from '../../lib/regular-file.ts';
import { composePrompt } from '../../plan/compose-prompt.ts';

/** The category of that name. @throws Problem `unknown_category` with the nearest one */
export function requireCategory(settings: Settings, name: string): CategorySettings {
  const found = settings.categories.get(name as CategoryName);
  if (found) return found;
  const names = [...settings.categories.keys()];
  const near = nearestWord(name, names);
  const hint = near ? `Did you mean "${near}"?` : `There are: ${names.join(', ')}.`;
  throw new Problem(
    'unknown_category',
    `${path.basename(settings.file)} has no category "${name.slice(0, 80)}".`,
    hint,
  );
}

export function requireHarness(settings: Settings, name: string): ConfiguredHarness {
  const found = settings.harnesses.get(name);
  if (!found)
    throw new Problem(
      'unknown_harness',
      `There is no harness "${name}".`,
      `There are: ${[...settings.harnesses.keys()].join(', ')}.`,
    );
  return found;
}

export interface PlanOptions {
  readonly runType: RunType;
  readonly seed: number | null;
  /** The number of the stored choice; left out where there is none. */
  readonly choice?: number | undefined;
  /** How many ran back to back before it; none where it is left out. */
  readonly chain?: number;
  /** One of the category's harnesses, with one of its models. */
  readonly arm: ArmChoice;
  /** Words instead of the category's own prompt. */
  readonly promptText?: string;
}

/** Everything that one session of a category needs. @throws Problem when its prompt cannot be read */
export function makePlan(settings: Settings, category: CategorySettings, options: PlanOptions): Plan {
  const harness = requireHarness(settings, options.arm.harness);
  const prompt = composePrompt({
    text: options.promptText ?? readPrompt(settings, category),
    hasPreamble: category.preamble,
    softDeadlineMs: category.softDeadlineMs,
    isWorktree: category.isolation === 'worktree',
  });
  if (prompt.includes('\0'))
    throw new Problem(
      'prompt_invalid',
      `The prompt of ${category.name} contains a NUL character.`,
      'Remove it.',
    );
  const ofCategories = <T>(read: (each: CategorySettings) => T): Record<string, T> =>
    Object.fromEntries([...settings.categories.values()].map((each) => [each.name, read(each)]));
  return {
    ...carriedBy(category, superviseOf(category, harness.name)),
    ...planArm(harness, options.arm.model, options.arm),
    ...PLAIN_SESSION,
    category: category.name,
    runType: options.runType,
    prompt,
    categoryPaths: ofCategories(({ paths }) => paths),
    configuredCommitTypes: ofCategories(({ commitTypes }) => commitTypes),
    seed: options.seed,
    ...(options.choice === undefined ? {} : { choice: options.choice }),
    chain: options.chain ?? 0,
  };
}

/** @param arm how it was chosen; null where it was not */
export function planArm(
  { name, settings, account, accountId }: ConfiguredHarness,
  model: string | null,
  arm: ArmChoice | null,
): PlannedArm {
  return { harness: name, harnessSettings: settings, account, accountId, model, arm };
}

/** The models that a harness may use in a category; null is the CLI's own default. */
export function modelsOf(category: CategorySettings, harness: ConfiguredHarness): readonly (string | null)[] {
  const models = category.models.length > 0 ? category.models : harness.models;
  return models.length > 0 ? models : [null];
}

/** The same session with another of the category's harnesses. */
export function withHarness(settings: Settings, plan: Plan, name: string, model: string | null): Plan {
  const supervise = superviseOf(requireCategory(settings, plan.category), name);
  return { ...plan, ...planArm(requireHarness(settings, name), model, null), supervise };
}

function superviseOf(category: CategorySettings, harness: string): SupervisePolicy {
  const policy = category.supervise.get(harness);
  if (policy) return policy;
  throw new Problem(
    'unknown_harness',
    `${harness} is no harness of ${category.name}.`,
    `It has: ${category.harnesses.join(', ')}.`,
  );
}

/** The prompt of a category's sessions. @throws Problem `prompt_missing` */
export function readPrompt(settings: Settings, category: CategorySettings): string {
  if ('text' in category.prompt) return category.prompt.text;
  const file = path.join(settings.root, category.prompt.file);
  try {
    return readNamed(file);
  } catch {
    throw new Problem(
      'prompt_missing',
      `The prompt file ${file} of ${category.name} cannot be read.`,
      'Write it, or correct promptFile.',
    );
  }
}

/** Why a harness cannot start, or null: its program must be there before anything of a session is. */
export function harnessTrouble(
  settings: HarnessSettings,
  name: string,
  folder: string,
  env: Readonly<NodeJS.ProcessEnv>,
): string | null {
  const { program } = createHarness(settings);
  if (findProgram(program, folder, env) !== null) return null;
  const word = `"${oneLine(program, 200)}"`;
  return program.includes('/')
    ? `harness ${name}: ${word} is no file that can be run`
    : `harness ${name}: there is no program ${word} on PATH`;
}

export function missingHarness(trouble: string): Problem {
  return new Problem(
    'harness_missing',
    `${trouble}.`,
    'Install it, make it executable, or correct its name.',
    1,
  );
}

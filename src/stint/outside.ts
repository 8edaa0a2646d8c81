import type { Declaration } from '../domain/evidence.ts';
import type { Permissions } from '../domain/plan.ts';
import { drawSeed } from '../lib/random.ts';
import type {
  DemoResult,
  Diagnosis,
  FilesReport,
  FilesRequest,
  HeldResult,
  HooksRequest,
  HooksResult,
  InitResult,
  MarkerPlace,
  MarkerRequest,
  SeenProject,
} from './data.ts';
import type { StintPlace } from './opening.ts';

// The use cases that need no project: one function each. As in `stint.ts` each returns what `--json` prints.

/** Short enough to type again. */
const LARGEST_DEMO_SEED = 1_000_000;

/** Looks at the machine and the project, with a remedy for what is wrong. */
export async function diagnose(place: StintPlace): Promise<Diagnosis> {
  const { diagnose: examine } = await import('../control/setup/doctor.ts');
  const { folder, configFile, set: assignments, env, clock } = place;
  return examine({ folder, configFile, assignments, env, clock, access: 'read' }, process.version);
}

/**
 * Writes the first configuration of a repository.
 *
 * @param decide asked what sessions may do, once it is known what the repository and the machine have
 */
export async function initProject(
  { folder, env }: StintPlace,
  decide: (seen: SeenProject) => Permissions | Promise<Permissions>,
): Promise<InitResult> {
  const init = await import('../control/setup/init-project.ts');
  return init.initProject(folder, env, decide);
}

/** How sessions of record files fail, without importing them. */
export async function reportFiles(place: StintPlace, request: FilesRequest): Promise<FilesReport> {
  const { reportNamed } = await import('../control/desk/exchange/report-files.ts');
  return reportNamed(place, request);
}

/** Notes an agent's own word about its session, from inside it. */
export async function declare(
  { env }: Pick<StintPlace, 'env'>,
  declared: Declaration,
): Promise<{ id: string; declared: Declaration }> {
  const control = await import('../control/custody/declare.ts');
  return { id: control.declare(env, declared), declared };
}

/** Runs a command that its session's supervisor takes for work and not for silence. */
export async function holdMarker(place: MarkerPlace, request: MarkerRequest): Promise<HeldResult> {
  const run = await import('../run/hold-marker.ts');
  return run.holdMarker(place, request);
}

/** Puts the hooks of stint into the settings of Claude Code, or takes them out. */
export async function installHooks(
  place: Pick<StintPlace, 'folder' | 'env'>,
  request: HooksRequest,
): Promise<HooksResult> {
  const control = await import('../control/setup/install-hooks.ts');
  return control.installHooks(place, request);
}

/** Plays a day of sessions on a scratch repository, and says whether each was recorded as it was scripted. */
export async function playDemo(
  { env, clock, cancelled, listener }: Pick<StintPlace, 'env' | 'clock' | 'cancelled' | 'listener'>,
  { seed = drawSeed() % LARGEST_DEMO_SEED, isKept }: { seed?: number | undefined; isKept: boolean },
): Promise<DemoResult> {
  const demo = await import('../control/demo/demo.ts');
  return demo.playDemo({ seed, isKept, env, clock, cancelled, listener });
}

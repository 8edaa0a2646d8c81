import type { KeyPath } from '../domain/settings/setting.ts';
import type { YamlSource } from './yaml-source.ts';

/** One place that settings come from: a file, the environment, the command line. */
export interface ConfigLayer {
  /** For people: the file's name, `environment`, `--set`. */
  readonly name: string;
  readonly source: YamlSource;
}

/** Several layers as one source: later ones win, maps are merged key by key, lists and values are replaced whole. */
export interface MergedSource extends YamlSource {
  /** Where a value came from, null when no layer says it. */
  originOf(path: KeyPath): string | null;
}

/** @param project the layer whose folder relative paths start in */
export function mergeLayers(layers: readonly ConfigLayer[], project: ConfigLayer): MergedSource {
  // What is no map as a whole hides behind no layer above it: that layer is wrong, whatever others say.
  const misshapen = layers.find(({ source }) => (source.value ?? null) !== null && !isMap(source.value));
  const sayer = (path: KeyPath): ConfigLayer | undefined =>
    layers.findLast(({ source }) => valueAt(source.value, path) !== undefined);
  // For what is missing: the layer that holds the closest parent, else the project's own file.
  const nearest = (path: KeyPath): ConfigLayer =>
    path.length === 0 ? project : (sayer(path) ?? nearest(path.slice(0, -1)));
  const layerOf = (path: KeyPath): ConfigLayer =>
    path.length === 0 ? (misshapen ?? project) : nearest(path);
  return {
    file: project.source.file,
    // A file with nothing in it says nothing; an empty value inside one says that it is empty.
    value: misshapen
      ? misshapen.source.value
      : layers.reduce<unknown>(
          (merged, layer) => mergeValues(merged, layer.source.value ?? undefined),
          undefined,
        ),
    locate: (path) => layerOf(path).source.locate(path),
    locateKey: (path, key) => layerOf([...path, key]).source.locateKey(path, key),
    originOf: (path) => sayer(path)?.source.locate(path) ?? null,
  };
}

/** The value at a path, undefined when it is not there. Only own keys count: `__proto__` is a name like any other. */
export function valueAt(value: unknown, at: KeyPath): unknown {
  return at.reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    return Reflect.get(current, key) as unknown;
  }, value);
}

function mergeValues(below: unknown, above: unknown): unknown {
  if (!isMap(below) || !isMap(above)) return above === undefined ? below : above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  // From entries and not by assignment, so that a key named `__proto__` stays a key.
  return Object.fromEntries(
    [...keys].map((key) => [key, mergeValues(ownValue(below, key), ownValue(above, key))]),
  );
}

function ownValue(map: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node, type YAMLError } from 'yaml';
import type { KeyPath } from '../domain/settings/setting.ts';
import { messageOf, Problem } from '../lib/problem.ts';

/** A parsed YAML file that still knows where each value stands. */
export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  /** `file:line:column` of the value at a path, or of the nearest parent that is there. */
  locate(path: KeyPath): string;
  /** The same for a key. */
  locateKey(path: KeyPath, key: string): string;
}

/** What is wrong with a setting, with the place where it is said. */
export function refuse(source: YamlSource, at: KeyPath, sentence: string, hint: string): Problem {
  return new Problem('config_invalid', `${source.locate(at)}: ${sentence}.`, hint);
}

/** @throws Problem `config_syntax` when the text is no YAML */
export function parseYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  // A warning says that a value is not what was written (an unknown tag, say).
  const error = document.errors[0] ?? document.warnings[0];
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (error) {
    throw new Problem(
      'config_syntax',
      `${at(error.pos[0])}: it is no valid YAML: ${yamlWords(error)}.`,
      'Correct that line.',
    );
  }
  return {
    file,
    value: readValue(document, file),
    locate: (path) => at(nearestNode(document, path)?.range?.[0] ?? 0),
    locateKey: (path, key) => at(keyOffset(document, path, key)),
  };
}

function yamlWords(error: YAMLError): string {
  // The parser's own words name a function of its own.
  return error.code === 'MULTIPLE_DOCS' ? 'it holds several documents' : error.message.replace(/\.$/, '');
}

function readValue(document: Document, file: string): unknown {
  try {
    // The limit bounds what a few nested anchors can blow up to.
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new Problem(
      'config_syntax',
      `${file}:1:1: it cannot be read: ${messageOf(error)}.`,
      'Set the anchor before its alias, or use fewer of them.',
    );
  }
}

function nearestNode(document: Document, path: KeyPath): Node | null {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node;
  }
  return null;
}

function keyOffset(document: Document, path: KeyPath, key: string): number {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isMap(map)) {
    for (const pair of map.items) {
      if (isScalar(pair.key) && String(pair.key.value) === key) return pair.key.range?.[0] ?? 0;
    }
  }
  return nearestNode(document, path)?.range?.[0] ?? 0;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value;
}

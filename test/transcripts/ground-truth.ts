import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What is known of one file of a set, from a table that lies beside the files. */
export interface TruthRow {
  /** `CHECKPOINT/INDEX/full.jsonl` in the folder. */
  readonly file: string;
  readonly thread: string;
  /** Beginnings of the names of the commits that git has of it. */
  readonly commits: readonly string[];
  /** Null where the table has no such columns, or the row leaves them empty. */
  readonly tokens: TruthTokens | null;
}

/** The tokens that its session used, by the names of a record. */
export type TruthTokens = Readonly<Record<'input' | 'output' | 'cacheRead' | 'cacheWrite', number>>;

export interface GroundTruth {
  readonly table: string;
  readonly rows: readonly TruthRow[];
}

const TABLE = 'GROUND-TRUTH.tsv';
/** Some tools set the date before the name of the conversation. */
const DATE = /^\d{4}-\d\d-\d\d-/;

/**
 * The table in a folder or beside it; null where there is none.
 *
 * Columns: `checkpoint`, `index`, `session_id`, `commits_in_git_with_trailer` (with commas between), and where the tokens are
 * known `input_tokens`, `output_tokens`, `cache_read_tokens`, `cache_write_tokens`.
 */
export function findTruth(folder: string): GroundTruth | null {
  const table = [folder, path.dirname(folder)].map((each) => path.join(each, TABLE)).find(existsSync);
  return table === undefined ? null : { table, rows: readRows(folder, readFileSync(table, 'utf8')) };
}

export function readRows(folder: string, content: string): TruthRow[] {
  const [header = '', ...rows] = content.trimEnd().split('\n');
  const names = header.split('\t');
  return rows.map((row) => {
    const cells = new Map(row.split('\t').map((cell, column) => [names[column], cell]));
    const cell = (name: string): string => cells.get(name) ?? '';
    return {
      file: path.join(folder, cell('checkpoint'), cell('index'), 'full.jsonl'),
      thread: cell('session_id').replace(DATE, ''),
      commits: cell('commits_in_git_with_trailer').split(',').filter(Boolean),
      tokens: tokensOf(cell),
    };
  });
}

function tokensOf(cell: (name: string) => string): TruthTokens | null {
  const [input, output, cacheRead, cacheWrite] = ['input', 'output', 'cache_read', 'cache_write'].map(
    (name) => Number.parseInt(cell(`${name}_tokens`), 10),
  ) as [number, number, number, number];
  const tokens = { input, output, cacheRead, cacheWrite };
  return Object.values(tokens).some(Number.isNaN) ? null : tokens;
}

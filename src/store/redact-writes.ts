import {
  OperationNodeTransformer,
  ValueNode,
  ValuesNode,
  type ColumnUpdateNode,
  type InsertQueryNode,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';
import type { Redactor } from '../lib/redact.ts';

/**
 * Columns that other rows, git and the file system are found by: they hold what stint made or checked itself, and a
 * changed one would find nothing any more. Whatever else is written is redacted, in tables to come too.
 */
const KEPT = new Set([
  'id',
  'session_id',
  'category',
  'state',
  'workspace',
  'repository',
  'sha',
  'patch_id',
  'tree',
  'lock',
  'name',
  'sink',
  'stream',
  'project',
  'met',
  'probe',
  'fold',
  'arms',
  'combination',
  'host',
  'marks',
  'stamp',
]);

/** Takes secrets out of everything that is written: the one border that no table can forget. */
export class RedactWrites extends OperationNodeTransformer implements KyselyPlugin {
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    super();
    this.#redactor = redactor;
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return this.transformNode(node);
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }

  protected override transformInsertQuery(node: InsertQueryNode): InsertQueryNode {
    const insert = super.transformInsertQuery(node);
    const { columns, values } = insert;
    if (!columns || !values || !ValuesNode.is(values)) return insert;
    const names = columns.map(({ column }) => column.name);
    const rows = values.values.map((row) => ({
      ...row,
      values: row.values.map((each, index) => this.#redactAny(names[index] ?? '', each)),
    }));
    return { ...insert, values: { ...values, values: rows } as OperationNode };
  }

  protected override transformColumnUpdate(node: ColumnUpdateNode): ColumnUpdateNode {
    const update = super.transformColumnUpdate(node);
    const name = nameOfColumn(update.column);
    return { ...update, value: this.#redactAny(name, update.value) as OperationNode };
  }

  /** A value as it stands in a list, or the node of one. */
  #redactAny(column: string, value: unknown): unknown {
    if (KEPT.has(column)) return value;
    if (typeof value === 'string') return redactStored(this.#redactor, value);
    if (isNode(value) && ValueNode.is(value) && typeof value.value === 'string')
      return { ...value, value: redactStored(this.#redactor, value.value) };
    return value;
  }
}

/** JSON is redacted as data: in its text a quoted line end would hide where a word begins. */
function redactStored(redactor: Redactor, text: string): string {
  if (!/^[[{"]/.test(text)) return redactor.text(text);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return redactor.text(text);
  }
  const redacted = redactor.value(data);
  return redacted === data ? text : JSON.stringify(redacted);
}

function isNode(value: unknown): value is OperationNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function nameOfColumn(node: OperationNode): string {
  return 'column' in node
    ? nameOfColumn(node.column as OperationNode)
    : 'name' in node
      ? String(node.name)
      : '';
}

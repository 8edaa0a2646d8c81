import type { FileEdit } from '../../domain/session-event.ts';
import { asArray, asObject, asString, type JsonObject } from '../reading/json-shape.ts';
import { patching, replacing, writing } from '../reading/file-edits.ts';

/** The files that a call of one of Claude Code's own tools changes, as its arguments say it; null for other tools. */
export function editsOfCall(tool: string, input: JsonObject | null): readonly FileEdit[] | null {
  switch (tool) {
    case 'Edit':
      return replacing(input?.['file_path'], input?.['old_string'], input?.['new_string']);
    case 'MultiEdit': {
      const edits = asArray(input?.['edits']).map(asObject);
      const all = (key: string): string => edits.map((each) => asString(each?.[key]) ?? '').join('\n');
      return replacing(input?.['file_path'], all('old_string'), all('new_string'));
    }
    case 'Write':
      return writing(input?.['file_path'], input?.['content']);
    case 'NotebookEdit':
      return replacing(input?.['notebook_path'], '', notebookLines(asString(input?.['new_source']) ?? ''));
    default:
      return null;
  }
}

/** The lines of a cell as a notebook's file has them: strings in JSON, with the end of each line. */
function notebookLines(source: string): string {
  const lines = source.split('\n');
  return lines
    .map((line, index) =>
      index < lines.length - 1 ? `${JSON.stringify(`${line}\n`)},` : JSON.stringify(line),
    )
    .join('\n');
}

/**
 * The same as the structure of its answer says it, in whole lines and with what stood there before; absent where it says
 * no more than the call.
 */
export function editsOfAnswer(structure: JsonObject | null): { readonly edits?: readonly FileEdit[] } {
  const path = structure?.['filePath'] ?? structure?.['notebook_path'];
  if (path === undefined || structure === null) return {};
  const lines = asArray(structure['structuredPatch']).flatMap((hunk) => asArray(asObject(hunk)?.['lines']));
  const patch = lines.filter((line) => typeof line === 'string');
  if (patch.length > 0) return { edits: patching(path, patch) };
  const before = asString(structure['originalFile'] ?? structure['original_file']);
  const after = asString(structure['content'] ?? structure['updated_file']);
  return before === null || after === null ? {} : { edits: replacing(path, before, after) };
}

import type { FileEdit } from '../../domain/session-event.ts';
import { hunkLines, patching, replacing, writing } from '../reading/file-edits.ts';
import { asObject, asString, type JsonObject } from '../reading/json-shape.ts';

/** The files that a call of one of Gemini CLI's own tools changes, as its arguments say it; null for other tools. */
export function editsOfCall(tool: string, args: JsonObject | null): readonly FileEdit[] | null {
  const path = args?.['file_path'];
  if (tool === 'replace') return replacing(path, args?.['old_string'], args?.['new_string']);
  return tool === 'write_file' ? writing(path, args?.['content']) : null;
}

/**
 * The same as the CLI shows it to a person when it is done: the file before and after, or a diff of them. Absent where it
 * shows neither.
 */
export function editsOfAnswer(call: JsonObject): { readonly edits?: readonly FileEdit[] } {
  const args = asObject(call['args']);
  const shown = asObject(call['resultDisplay']);
  if (shown === null || editsOfCall(asString(call['name']) ?? '', args) === null) return {};
  const path = args?.['file_path'];
  const now = asString(shown['newContent']);
  const before = shown['originalContent'];
  if (now !== null && (before === null || typeof before === 'string'))
    return { edits: replacing(path, before, now) };
  const lines = hunkLines(asString(shown['fileDiff']) ?? '');
  return lines.length > 0 ? { edits: patching(path, lines) } : {};
}

import { asString, type JsonObject } from '../reading/json-shape.ts';
import type { AttendedSign } from '../reading/transcript-format.ts';

/** Editors and desktop programs, by the names that they give Codex, without its own name before them. */
const EDITORS = new Set([
  'vscode',
  'vscode_insiders',
  'visual_studio',
  'visual_studio_code',
  'desktop',
  'chatgpt_desktop',
  'cursor',
  'windsurf',
  'jetbrains',
  'intellij',
  'pycharm',
  'webstorm',
  'goland',
  'rider',
  'clion',
  'phpstorm',
  'rubymine',
  'android_studio',
  'xcode',
  'zed',
  'eclipse',
  'neovim',
  'nvim',
  'vim',
  'emacs',
]);

/**
 * Who started a session, from its first line. The program names itself as `originator`. The app server says `vscode` for
 * each of its clients, so there only the name of an editor stands for a person.
 */
export function startSign(payload: JsonObject): AttendedSign | null {
  const originator = plainName(asString(payload['originator']) ?? '');
  if (/(?:^|_)(?:exec|sdk)(?:_|$)/.test(originator)) return 'program';
  const source = asString(payload['source']);
  if (source === 'exec' || source === 'mcp') return 'program';
  // A scheduled task, or work of the CLI itself.
  const starter = asString(payload['thread_source']);
  if (starter !== null && starter !== 'user' && starter !== 'subagent') return 'client';
  if (source === 'cli') return 'terminal';
  // Older versions name no program.
  if (source === 'vscode' && (originator === '' || EDITORS.has(originator))) return 'terminal';
  const isClient = source === 'vscode' || /^app_?server$/.test(plainName(source ?? ''));
  return isClient || asCustom(payload['source']) ? 'client' : null;
}

/** A client that names a source of its own. */
function asCustom(source: unknown): boolean {
  return typeof source === 'object' && source !== null && 'custom' in source;
}

/** `codex_vscode`, `Codex VSCode` and `vscode` are one name. */
function plainName(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[\s._/-]/g, '_')
    .replace(/^codex_/, '')
    .replace(/^vs_code/, 'vscode')
    .replace(/_(?:app|extension|plugin|ide)$/, '');
}

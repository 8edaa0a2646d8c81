import path from 'node:path';
import type { CliKind } from '../domain/plan.ts';
import { isGeminiHelper, rootOfGeminiProject } from './gemini/place.ts';

/** A folder in which an agent CLI keeps its sessions. */
export interface TranscriptPlace {
  readonly harness: CliKind;
  readonly folder: string;
}

/**
 * Where the agent CLIs whose sessions stint reads keep them.
 *
 * @param home the user's home folder, absolute
 */
export function transcriptPlaces(env: Readonly<NodeJS.ProcessEnv>, home: string): TranscriptPlace[] {
  const claude = env['CLAUDE_CONFIG_DIR'];
  // Versions of 2025 kept them under .config for a while.
  const claudeHomes = claude ? [claude] : [path.join(home, '.claude'), path.join(home, '.config', 'claude')];
  const codexHome = env['CODEX_HOME'] || path.join(home, '.codex');
  return [
    ...claudeHomes.map((each): TranscriptPlace => ({
      harness: 'claude-code',
      folder: path.resolve(home, each, 'projects'),
    })),
    ...['sessions', 'archived_sessions'].map((name): TranscriptPlace => ({
      harness: 'codex',
      folder: path.resolve(home, codexHome, name),
    })),
    { harness: 'gemini', folder: path.join(fromHome(env['GEMINI_CLI_HOME'] || '', home), '.gemini', 'tmp') },
    ...piFolders(env, home).map((folder): TranscriptPlace => ({ harness: 'pi', folder })),
  ];
}

/** Somebody may have named a folder for its sessions alone; those before lie in the usual one. */
function piFolders(env: Readonly<NodeJS.ProcessEnv>, home: string): string[] {
  const agent = fromHome(env['PI_CODING_AGENT_DIR'] || path.join('.pi', 'agent'), home);
  const sessions = env['PI_CODING_AGENT_SESSION_DIR'];
  return [path.join(agent, 'sessions'), ...(sessions ? [fromHome(sessions, home)] : [])];
}

function fromHome(folder: string, home: string): string {
  return path.resolve(home, folder.replace(/^~(?=$|[\\/])/, home));
}

/** Whether a file is named as those with sessions are; older versions of Gemini CLI leave out the `l`. */
export function isNamedForSessions(name: string): boolean {
  return name.endsWith('.jsonl') || /^session-.*\.json$/.test(name);
}

/** Whether sessions may lie in a folder: Gemini CLI keeps much else beside its chats. */
export function mayHoldSessions(place: TranscriptPlace, folder: string): boolean {
  if (place.harness !== 'gemini') return true;
  const [, inProject] = path.relative(place.folder, folder).split(path.sep);
  return inProject === undefined || inProject === 'chats';
}

/**
 * Whether a folder of sessions may hold some that started in one of these folders or below: Claude Code names it for
 * where they started, with `-` for whatever is neither letter nor digit, and pi with `-` for what parts a path; Gemini CLI
 * writes it into a file. Others do not say it.
 */
export function mayHoldSessionsOf(
  place: TranscriptPlace,
  folder: string,
  starts: readonly string[],
): boolean {
  if (path.dirname(folder) !== place.folder) return true;
  const name = path.basename(folder);
  if (place.harness === 'pi' && name.startsWith('--'))
    return starts.some((start) =>
      name.startsWith(`--${start.replace(/^[\\/]/, '').replace(/[\\/:]/g, '-')}`),
    );
  if (place.harness === 'gemini') {
    const root = rootOfGeminiProject(folder);
    return root === null || starts.some((start) => root === start || root.startsWith(start + path.sep));
  }
  if (place.harness !== 'claude-code') return true;
  // It cuts long names, and adds a digest.
  return starts.some((start) => name.startsWith(start.replace(/[^A-Za-z0-9]/g, '-').slice(0, LONGEST_SURE)));
}

const LONGEST_SURE = 180;

/** Whether a file is named as those of helpers are. No more than a hint of what to read first: lines decide. */
export function isNamedForHelper(file: string): boolean {
  return /[\\/]subagents[\\/]/.test(file) || path.basename(file).startsWith('agent-') || isGeminiHelper(file);
}

/** The folder that a session's own file and those of its helpers have in common. */
export function folderOfSessions(file: string): string {
  const inside = /^(.*)[\\/][^\\/]+[\\/]subagents[\\/]/.exec(file);
  if (inside?.[1] !== undefined) return inside[1];
  return path.dirname(isGeminiHelper(file) ? path.dirname(file) : file);
}

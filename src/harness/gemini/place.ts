import path from 'node:path';
import { readRegular } from '../../lib/regular-file.ts';

// `tmp/PROJECT/.project_root` says where a project is; its sessions are in `tmp/PROJECT/chats`, and those of a session's
// helpers in a folder there that is named for it.

const IN_CHATS = /^(.*)[\\/]chats[\\/](?:([^\\/]+)[\\/])?[^\\/]+$/;

const LONGEST_ROOT = 4096;

/** Where the session of a file ran; null where nothing beside the file says it, as in older versions. */
export function geminiProjectRoot(file: string): string | null {
  const project = IN_CHATS.exec(path.resolve(file))?.[1];
  return project === undefined ? null : rootOfGeminiProject(project);
}

/** The same for the folder of a project. */
export function rootOfGeminiProject(folder: string): string | null {
  const root = readRegular(path.join(folder, '.project_root'), LONGEST_ROOT)?.trim() ?? '';
  return path.isAbsolute(root) && !/[\0\n]/.test(root) ? root : null;
}

/** The session whose helper a file tells of, as its folder says. */
export function geminiHelped(file: string): string | null {
  return IN_CHATS.exec(path.resolve(file))?.[2] ?? null;
}

/** Whether a file is named as that of a helper. */
export function isGeminiHelper(file: string): boolean {
  return /[\\/]tmp[\\/][^\\/]+[\\/]chats[\\/][^\\/]+[\\/][^\\/]+$/.test(file);
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';
import { randomWord } from '../lib/random.ts';
import { CHAIN_HOOK, HOOK_NAMES, REFERENCE_TRANSACTION_HOOK } from '../git/hooks.ts';
import { STINT_PROGRAM } from './released-process.ts';

/** What sessions find on their PATH and behind `core.hooksPath`. */
export interface SessionTools {
  readonly hooks: string;
  readonly bin: string;
}

/**
 * Makes the folder with hooks and the `stint` command, once per content: sessions of an older stint keep theirs while
 * a newer one starts. Safe when several processes do it at once.
 */
export function prepareSessionTools(stateFolder: string): SessionTools {
  const stint = `#!/bin/sh\nexec ${quote(STINT_PROGRAM)} "$@"\n`;
  const content = [CHAIN_HOOK, REFERENCE_TRANSACTION_HOOK, HOOK_NAMES.join(), stint].join('\0');
  const folder = path.join(
    stateFolder,
    `tools-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`,
  );
  const tools = { hooks: path.join(folder, 'hooks'), bin: path.join(folder, 'bin') };
  if (existsSync(folder)) return tools;
  const temporary = `${folder}.${randomWord(8)}.tmp`;
  makeFolder(path.join(temporary, 'hooks'));
  mkdirSync(path.join(temporary, 'bin'), { mode: 0o700 });
  writeFileSync(path.join(temporary, 'bin', 'stint'), stint, { mode: 0o700 });
  writeFileSync(path.join(temporary, 'hooks', 'stint-chain'), CHAIN_HOOK, { mode: 0o700 });
  writeFileSync(path.join(temporary, 'hooks', 'reference-transaction'), REFERENCE_TRANSACTION_HOOK, {
    mode: 0o700,
  });
  for (const name of HOOK_NAMES) symlinkSync('stint-chain', path.join(temporary, 'hooks', name));
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Somebody else was faster, with the same content.
    if (!existsSync(folder)) throw error;
  }
  return tools;
}

/** One word for a POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

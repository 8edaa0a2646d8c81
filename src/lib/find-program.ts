import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The program's absolute path, by the rules of a shell; null when there is none. */
export function findProgram(
  program: string,
  folder: string,
  env: Readonly<NodeJS.ProcessEnv>,
): string | null {
  const candidates = program.includes('/')
    ? [path.resolve(folder, program)]
    : (env['PATH'] ?? '').split(':').map((dir) => path.resolve(dir || '.', program));
  return candidates.find(isExecutableFile) ?? null;
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

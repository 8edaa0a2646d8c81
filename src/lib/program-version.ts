import { execa } from 'execa';

const LIMIT_MS = 10_000;

/** The first number with dots that `program --version` prints; null when it says none in time. */
export async function programVersion(program: string): Promise<string | null> {
  const result = await execa(program, ['--version'], {
    reject: false,
    timeout: LIMIT_MS,
    stdin: 'ignore',
    all: true,
    cleanup: true,
  });
  return /\d+(?:\.\d+)+\S*/.exec(result.all ?? '')?.[0] ?? null;
}

import { startProgram } from './programs.ts';

/** Another process that holds a lock on a database. */
export interface DatabaseHolder {
  readonly pid: number;
  /** Gives the lock up; resolves when it is free. */
  release(): Promise<void>;
}

const HOLD = `
  const { default: Database } = await import('better-sqlite3');
  // The holder waits until a current writer has finished.
  const database = new Database(arg(1), { timeout: 60_000 });
  if (arg(2) === 'exclusive') database.pragma('locking_mode = EXCLUSIVE');
  database.exec('begin ' + arg(2));
  console.log('held');
  process.stdin.once('end', () => {
    database.exec('rollback');
    database.close();
  }).resume();`;

/**
 * Takes a database's lock in a process of its own. `immediate` is the write lock; `exclusive` keeps out readers too, and
 * needs a file that no other process has open.
 */
export async function holdDatabase(
  file: string,
  how: 'immediate' | 'exclusive' = 'immediate',
): Promise<DatabaseHolder> {
  const program = startProgram(HOLD, [file, how]);
  await program.said('held');
  return {
    pid: program.child.pid ?? 0,
    release: async () => {
      program.child.stdin?.end();
      const { code, stderr } = await program.done;
      if (code !== 0) throw new Error(`the holder of ${file} failed: ${stderr}`);
    },
  };
}

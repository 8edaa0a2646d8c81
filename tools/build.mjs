// Builds dist/ for publishing: plain JavaScript and types. A checkout runs its TypeScript directly and needs none of this.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
const done = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
process.exitCode = done.status ?? 1;

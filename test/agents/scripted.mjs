#!/usr/bin/env node
// Runs the shell script that its prompt holds, in plain text: what a test wants done stands in the test.
//   categories: { code: { prompt: "echo hi > f && git add f && git commit -qm f" } }
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { nameCommitter } from './committer.mjs';

nameCommitter();
const script = readFileSync(0, 'utf8');
const done = spawnSync('/bin/sh', ['-euc', script], { stdio: ['ignore', 'inherit', 'inherit'] });
// An agent that ends well has a last word.
if (done.status === 0) console.log('That is all.');
process.exit(done.status ?? 1);

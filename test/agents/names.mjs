#!/usr/bin/env node
// Commits one file for each name in names.json, then one commit on a branch of each name there, and leaves as many
// files uncommitted.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const { names, branches } = JSON.parse(readFileSync('names.json', 'utf8'));
const git = (...args) => execFileSync('git', args, { stdio: 'ignore' });

for (const name of names) writeFileSync(name, `${name}\n`);
git('add', '--all');
git('commit', '--message', `$(touch x) "quoted" 'names'`);
const home = execFileSync('git', ['symbolic-ref', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
for (const [number, branch] of branches.entries()) {
  git('checkout', '-b', branch);
  writeFileSync(`on-branch-${number}`, `${branch}\n`);
  git('add', '--all');
  git('commit', '--message', `on ${branch}`);
}
git('checkout', home);
for (const name of names) writeFileSync(`left${name}`, 'left\n');

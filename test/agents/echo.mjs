#!/usr/bin/env node
// Says what it was given: its words and its standard input, as one line of JSON.
import { readFileSync } from 'node:fs';

console.log(JSON.stringify({ words: process.argv.slice(2), stdin: readFileSync(0, 'utf8') }));

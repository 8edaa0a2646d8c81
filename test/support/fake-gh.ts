import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { scratchEnvironment, scratchFolder } from './scratch.ts';

/** A `gh` of a test's own, alone on PATH beside the system's tools. */
export interface FakeGh {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Each call's words, and what it read. */
  calls(): { words: string; input: string }[];
}

/** @param script shell lines; `$n` is the number of the call, from 1 */
export function fakeGh(script: string): FakeGh {
  const folder = scratchFolder();
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const file = path.join(bin, 'gh');
  writeFileSync(
    file,
    `#!/bin/sh
n=1; while [ -e '${folder}/words-'$n ]; do n=$((n + 1)); done
printf '%s\\n' "$*" >'${folder}/words-'$n
cat >'${folder}/input-'$n
${script}
`,
  );
  chmodSync(file, 0o755);
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  return {
    folder,
    env: { ...scratchEnvironment(folder), PATH: `${bin}:/usr/local/bin:/usr/bin:/bin` },
    calls: () => {
      const calls: { words: string; input: string }[] = [];
      for (let n = 1; existsSync(path.join(folder, `words-${n}`)); n++)
        calls.push({ words: read(`words-${n}`).trim(), input: read(`input-${n}`) });
      return calls;
    },
  };
}

/** Shell lines that print an answer of GraphQL. */
export function answering(data: unknown, errors?: readonly { type: string }[]): string {
  const text = JSON.stringify(errors ? { data, errors } : { data });
  return `cat <<'ANSWER'\n${text}\nANSWER`;
}

/** A pull request as GitHub answers it. */
export function pullNode(number: number, commits: readonly string[], given: Record<string, unknown> = {}) {
  return {
    number,
    url: `https://forge.example/o/r/pull/${number}`,
    state: 'OPEN',
    createdAt: '2026-01-02T03:04:05Z',
    author: { login: 'robot' },
    headRefOid: commits.at(-1),
    headRefName: 'topic',
    commits: { nodes: commits.map((oid) => ({ commit: { oid } })) },
    closingIssuesReferences: { nodes: [] },
    ...given,
  };
}

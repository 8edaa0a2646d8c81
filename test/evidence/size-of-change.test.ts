import { describe, expect, test } from 'vitest';
import { isGeneratedFile, writtenLines } from '../../src/evidence/size-of-change.ts';

describe('files that tools write', () => {
  test.each([
    'package-lock.json',
    'web/package-lock.json',
    'Cargo.lock',
    'go.sum',
    'uv.lock',
    'node_modules/a/index.js',
    'dist/main.js',
    'a/vendor/b.go',
    'test/__snapshots__/a.snap',
    'app.min.js',
    'app.js.map',
    'api/v1/a.pb.go',
    'a_pb2.py',
    'schema.generated.ts',
  ])('%s is one', (path) => expect(isGeneratedFile(path)).toBe(true));

  test.each([
    'src/a.ts',
    'package.json',
    'src/distance.ts',
    'lockfile.ts',
    'my-package-lock.json.md',
    'src/vendors.ts',
    'map.ts',
    'generated.md',
  ])('%s is none', (path) => expect(isGeneratedFile(path)).toBe(false));
});

test('only lines that somebody wrote are counted', () => {
  const changes = [
    { path: 'src/a.ts', lines: 7 },
    { path: 'package-lock.json', lines: 9000 },
    { path: 'docs/a.md', lines: 3 },
  ];
  expect(writtenLines(changes)).toBe(10);
  expect(writtenLines([])).toBe(0);
});

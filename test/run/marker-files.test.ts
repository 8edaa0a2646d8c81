import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SeenMarker } from '../../src/domain/liveness.ts';
import { identifySelf, type ProcessIdentity } from '../../src/lib/send-signal.ts';
import { readMarkers } from '../../src/run/marker-files.ts';
import { scratchFolder } from '../support/scratch.ts';

// 2-liveness, "Markers": what files of a folder that anybody may write to are taken for.

const ID = 'aaaaaaaaaa';
const NOW = new Date('2026-01-01T12:00:00.000Z');

function folderOf() {
  const folder = scratchFolder();
  const name = (label: string, end: string | number): string => `${label}-in-progress-${ID}-${end}.marker`;
  const write = (file: string, content: string | object, touched = NOW): void => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(path.join(folder, file), text);
    utimesSync(path.join(folder, file), touched, touched);
  };
  const read = (isMember: (owner: ProcessIdentity) => boolean = () => true): SeenMarker[] =>
    readMarkers({ folders: [folder], ids: [ID], now: NOW, isMember });
  return { folder, name, write, read };
}

function marker(given: Record<string, unknown> = {}) {
  return {
    version: 1,
    label: 'build',
    operation: '00000000',
    sessionId: ID,
    owner: identifySelf(),
    startedAt: '2026-01-01T11:50:00.000Z',
    notAfter: '2026-01-01T13:00:00.000Z',
    ...given,
  };
}

test('a good marker says how long it declared, how long is left, and whose it is', () => {
  const { name, write, read } = folderOf();
  write(name('build', '00000000'), marker(), new Date(NOW.getTime() - 20_000));
  const [seen] = read();
  expect(seen).toMatchObject({
    label: 'build',
    ageMs: 20_000,
    leftMs: 3_600_000,
    declaredMs: 4_200_000,
    isOwned: true,
  });
  expect(read(() => false)[0]?.isOwned).toBe(false);
});

describe('incident 23: an owner that is somebody else by now vouches for nothing', () => {
  const self = identifySelf();
  test.each([
    ['its pid was given to another process', { ...self, startTime: '1' }],
    ['the machine was started again', { ...self, bootId: 'another boot' }],
    ['it is gone', { ...self, pid: 4_194_304 }],
  ])('%s', (_, owner) => {
    const { name, write, read } = folderOf();
    write(name('build', 1), marker({ owner }));
    expect(read()[0]?.isOwned).toBe(false);
  });
});

test('hostile names and contents are no markers, and nobody waits for them', () => {
  const { folder, name, write, read } = folderOf();
  const place = (end: string): string => path.join(folder, name('evil', end));
  execFileSync('mkfifo', [place('a-pipe-that-nobody-writes-to')]);
  symlinkSync('/dev/zero', place('a-device-without-an-end'));
  symlinkSync(place('itself'), place('itself'));
  symlinkSync('/nowhere', place('nothing'));
  mkdirSync(place('a-folder'));
  write(name('evil', 'no-json'), '{"notAfter": ');
  write(name('evil', 'deep'), `{"notAfter":${'['.repeat(2000)}`);
  write(name('evil', 'prototype'), '{"__proto__":{"version":1},"notAfter":"2999-01-01T00:00:00.000Z"}');
  write(name('evil', 'another-version'), marker({ version: 2 }));
  write(name('evil', 'another-session'), marker({ sessionId: 'bbbbbbbbbb' }));
  write(name('evil', 'no-time'), marker({ notAfter: 'never' }));
  write(name('evil', 'everybody'), marker({ owner: { ...identifySelf(), pid: -1 } }));
  write(name('evil', 'init'), marker({ owner: { ...identifySelf(), pid: 1 } }));
  write(name('evil', 'too-large'), marker({ label: 'x'.repeat(5000) }));
  write(`evil-in-progress-${ID}x-1.marker`, marker());
  write(`-in-progress-${ID}-1.marker`, marker());
  write(`evil-in-progress-${ID}-1.marker.tmp`, marker());
  expect(read()).toEqual([]);
  // A name may hold anything but a slash; it is only compared and shown.
  write(`\u001b[31m\n"$(id)-in-progress-${ID}.marker`, 'the older form, which holds anything');
  expect(read()).toMatchObject([{ label: '\u001b[31m\n"$(id)', leftMs: null, isOwned: null }]);
});

test('1,000 markers: those that excuse longest stand for all, and the file of pulses does not grow with them', () => {
  const { name, write, read } = folderOf();
  for (let number = 0; number < 998; number++) write(name('stale', number), marker(), new Date(0));
  write(name('short', 0), marker({ notAfter: '2026-01-01T12:10:00.000Z' }));
  write(name('long', 0), marker({ notAfter: '2026-01-01T23:00:00.000Z' }));
  const seen = read();
  expect(seen.slice(0, 2).map(({ label }) => label)).toEqual(['long', 'short']);
  expect(seen.length).toBeLessThan(50);
});

test('more than 1,000 are not looked at, readable or not', () => {
  const { name, write, read } = folderOf();
  let asked = 0;
  const owner = { ...identifySelf() };
  for (let number = 0; number < 1100; number++) write(name('many', number), marker({ owner }));
  read(() => ++asked > 0);
  expect(asked).toBe(1000);
});

import { expect, test } from 'vitest';
import { cgroupFolder, cgroupIn } from '../../src/lib/cgroup.ts';

test('of /proc/PID/cgroup the line of version 2 counts, whatever the others are', () => {
  expect(cgroupIn('9:name=systemd:/user\n4:memory:/x\n0::/user.slice/a b\\x2d.scope\n')).toBe(
    '/user.slice/a b\\x2d.scope',
  );
  expect(cgroupIn('9:name=systemd:/user\n')).toBeNull();
  expect(cgroupIn('')).toBeNull();
});

const mount = (root: string, point: string, type = 'cgroup2'): string =>
  `41 31 0:38 ${root} ${point} rw,nosuid shared:9 - ${type} ${type} rw`;

test.each([
  [
    'version 2 alone',
    '/user.slice/x.scope',
    mount('/', '/sys/fs/cgroup'),
    '/sys/fs/cgroup/user.slice/x.scope',
  ],
  [
    'beside version 1',
    '/x',
    `${mount('/', '/sys/fs/cgroup/cpu', 'cgroup')}\n${mount('/', '/sys/fs/cgroup/unified')}`,
    '/sys/fs/cgroup/unified/x',
  ],
  ['its root', '/', mount('/', '/sys/fs/cgroup'), '/sys/fs/cgroup'],
  ['a part of it is mounted', '/docker/abc/x', mount('/docker/abc', '/sys/fs/cgroup'), '/sys/fs/cgroup/x'],
  ['another part', '/user/x', mount('/docker/abc', '/sys/fs/cgroup'), null],
  ['a name that only begins alike', '/docker/abcd', mount('/docker/abc', '/sys/fs/cgroup'), null],
  ['a blank in the place', '/x', mount('/', '/mnt/my\\040groups'), '/mnt/my groups/x'],
  ['outside of this namespace', '/../x', mount('/', '/sys/fs/cgroup'), null],
  ['nothing mounted', '/x', mount('/', '/sys/fs/cgroup/cpu', 'cgroup'), null],
])('%s: the folder of a cgroup', (_, cgroup, mounts, folder) => {
  expect(cgroupFolder(cgroup, mounts)).toBe(folder);
});

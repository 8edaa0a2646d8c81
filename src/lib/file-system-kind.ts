import { statfsSync } from 'node:fs';

/** Magic numbers of linux/magic.h. */
const NETWORK = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
]);

/** The name of the network file system that a folder lies on, or null. Locks and WAL databases are not safe there. */
export function networkFileSystem(folder: string): string | null {
  return NETWORK.get(statfsSync(folder).type) ?? null;
}

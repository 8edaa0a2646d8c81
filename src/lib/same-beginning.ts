import { closeSync, fstatSync, readSync } from 'node:fs';
import { openRegular } from './regular-file.ts';

const CHUNK = 1 << 18;
const NEWLINE = 10;

/**
 * Whether a file is, byte by byte, the first lines of another one; its last newline may be missing. Told by what stands
 * there now; false where either cannot be read.
 */
export function isBeginningOf(file: string, longer: string): boolean {
  const [own, other] = [openRegular(file), openRegular(longer)];
  try {
    return own !== null && other !== null && haveSameBeginning(own, other);
  } finally {
    for (const descriptor of [own, other]) if (descriptor !== null) closeSync(descriptor);
  }
}

function haveSameBeginning(own: number, other: number): boolean {
  const { size } = fstatSync(own);
  const rest = fstatSync(other).size - size;
  const [a, b] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
  if (size === 0 || rest < 0) return false;
  if (rest > 0 && !endsLine(own, size, a) && !endsLine(other, size + 1, a)) return false;
  // From the end: files that went different ways differ there, and most have the same beginning.
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    const bytes = readSync(own, a, 0, end - start, start);
    if (bytes < end - start || readSync(other, b, 0, bytes, start) < bytes) return false;
    if (a.compare(b, 0, bytes, 0, bytes) !== 0) return false;
  }
  return true;
}

/** Whether the last of so many bytes is the end of a line. */
function endsLine(descriptor: number, bytes: number, buffer: Buffer): boolean {
  return readSync(descriptor, buffer, 0, 1, bytes - 1) === 1 && buffer[0] === NEWLINE;
}

import {
  closeSync,
  fdatasync,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {promisify} from 'node:util';
import type {RatePace} from './write-rates';

/** About what the record of one updated item takes in a journal. */
const recordBytes = 256;

const sync = promisify(fdatasync);

/** Bytes that are written over and over, beyond what the disk syncs in a round. */
const overwrittenBytes = 16 * 1024 * 1024;

/** How often a second a disk takes a small write and syncs it, by round. */
export interface BareSyncs {
  /** Where each makes the file longer: no lone writer to a journal can exceed it. */
  readonly appended: readonly number[];
  /** Where the file has its length already. */
  readonly overwritten: readonly number[];
}

/** Writes and syncs, one after the other and nothing else. */
export async function measureBareSyncs(
  folder: string,
  {batchMs, quietMs, rounds}: RatePace,
): Promise<BareSyncs> {
  const appended: number[] = [];
  const overwritten: number[] = [];
  const descriptor = openSync(path.join(folder, 'bare-syncs'), 'w');
  try {
    for (let round = 0; round < rounds; round++) {
      ftruncateSync(descriptor, 0);
      appended.push(await rateOf(descriptor, batchMs));
      await setTimeout(quietMs);
      writeSync(descriptor, Buffer.alloc(overwrittenBytes), 0, undefined, 0);
      await sync(descriptor);
      overwritten.push(await rateOf(descriptor, batchMs));
      await setTimeout(quietMs);
    }
  } finally {
    closeSync(descriptor);
  }
  return {appended, overwritten};
}

async function rateOf(descriptor: number, batchMs: number): Promise<number> {
  const record = Buffer.alloc(recordBytes, 'a');
  const start = performance.now();
  let syncs = 0;
  for (; performance.now() < start + batchMs; syncs++) {
    const place = syncs * recordBytes;
    writeSync(descriptor, record, 0, recordBytes, place % overwrittenBytes);
    await sync(descriptor);
  }
  return (1000 * syncs) / (performance.now() - start);
}

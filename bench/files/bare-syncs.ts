import {closeSync, fdatasync, openSync, writeSync} from 'node:fs';
import path from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {promisify} from 'node:util';
import type {RatePace} from './write-rates';

/** About what the record of one updated item takes in a journal. */
const recordBytes = 256;

const sync = promisify(fdatasync);

/**
 * How often a second the disk takes a small append and syncs it, one after the
 * other, by round: what no lone writer that waits for each can exceed.
 */
export async function measureBareSyncs(
  folder: string,
  {batchMs, quietMs, rounds}: RatePace,
): Promise<number[]> {
  const descriptor = openSync(path.join(folder, 'bare-syncs'), 'w');
  const record = Buffer.alloc(recordBytes, 'a');
  const perSecond: number[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      let syncs = 0;
      for (; performance.now() < start + batchMs; syncs++) {
        writeSync(descriptor, record);
        await sync(descriptor);
      }
      perSecond.push((1000 * syncs) / (performance.now() - start));
      await setTimeout(quietMs);
    }
  } finally {
    closeSync(descriptor);
  }
  return perSecond;
}

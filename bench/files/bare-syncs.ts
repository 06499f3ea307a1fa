import {closeSync, fdatasyncSync, openSync, rmSync, writeSync} from 'node:fs';
import path from 'node:path';

const record = Buffer.alloc(128, '\n');
const measureMs = 400;

/** How many records a second the disk of a folder takes when each is synced by itself, by round: no lone writer is faster. */
export function measureSyncs(folder: string, rounds: number): number[] {
  const file = path.join(folder, 'syncs');
  const descriptor = openSync(file, 'w');
  try {
    return Array.from({length: rounds}, () => syncsPerSecond(descriptor));
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
}

function syncsPerSecond(descriptor: number): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < measureMs) {
    writeSync(descriptor, record);
    fdatasyncSync(descriptor);
    count++;
  }
  return (count / (performance.now() - start)) * 1000;
}

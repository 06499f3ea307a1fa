import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';
import * as fc from 'fast-check';
import {GroupSync} from '../../../lib/persistence/journal/group-sync';
import {journalPath, write} from '../../support/persistence/example';
import {tryOftenAsync} from '../../support/random';

/** A sync whose runs end when they are told to. */
class ManualSync {
  readonly runs: {resolve: () => void; reject: (e: Error) => void}[] = [];
  readonly group = new GroupSync(
    () =>
      new Promise((resolve, reject) => {
        this.runs.push({resolve, reject});
      }),
  );
}

/** Long enough for everything that does not wait for a sync. */
const aWhile = () => sleep(2);

describe('GroupSync', () => {
  it('lets all who come in one turn share one sync', async () => {
    const {group, runs} = new ManualSync();
    const waits = Array.from({length: 64}, () => group.wait());
    await aWhile();
    assert.equal(runs.length, 1);
    runs[0]!.resolve();
    await Promise.all(waits);
  });

  it('lets all who come while one runs share the next', async () => {
    const {group, runs} = new ManualSync();
    const first = group.wait();
    await aWhile();
    let acknowledged = 0;
    const others = [1, 2, 3].map(async () => {
      await group.wait();
      acknowledged++;
    });
    await aWhile();
    assert.equal(runs.length, 1, 'one sync runs at a time');
    runs[0]!.resolve();
    await first;
    await aWhile();
    assert.deepEqual([runs.length, acknowledged], [2, 0]);
    runs[1]!.resolve();
    await Promise.all(others);
  });

  it('fails all who wait for a sync that fails, and only those', async () => {
    const {group, runs} = new ManualSync();
    const failing = [group.wait(), group.wait()];
    await aWhile();
    const next = group.wait();
    runs[0]!.reject(new Error('EIO'));
    for (const wait of failing) await assert.rejects(wait, /EIO/);
    await aWhile();
    runs[1]!.resolve();
    await next;
  });
});

describe('JournalWriter.sync', () => {
  /** A number of milliseconds, or 0 for the next turn. */
  const delays = fc.array(fc.nat({max: 3}), {minLength: 8, maxLength: 8});

  it('never acknowledges early, in whatever order things happen', async () => {
    const property = fc.asyncProperty(
      fc.array(delays, {minLength: 1, maxLength: 8}),
      delays,
      async (writers, syncDelays) => {
        const {files, writer} = write([]);
        let running = 0;
        let syncs = 0;
        files.syncTakes = async () => {
          assert.equal(++running, 1, 'one sync runs at a time');
          await sleep(syncDelays[syncs++ % syncDelays.length]);
          running--;
        };
        const order: number[] = [];
        const work = writers.map(async pauses => {
          for (const pause of pauses) {
            if (pause > 0) await sleep(pause);
            const sequence = writer.append([]);
            const end = writer.bytes;
            await writer.sync();
            order.push(sequence);
            assert.ok(files.synced(journalPath).length >= end);
          }
        });
        await Promise.all(work);
        assert.deepEqual(
          order,
          order.toSorted((a, b) => a - b),
        );
        assert.ok(syncs <= writers.length * 8);
      },
    );
    await tryOftenAsync(property, 30);
  });

  it('takes few syncs for many writers', async () => {
    const {files, writer} = write([]);
    let syncs = 0;
    files.syncTakes = async () => {
      syncs++;
      await sleep(1);
    };
    const work = Array.from({length: 64}, async () => {
      for (let i = 0; i < 10; i++) {
        writer.append([]);
        await writer.sync();
      }
    });
    await Promise.all(work);
    assert.equal(syncs, 10);
  });

  it('makes no sync when all is on the disk', async () => {
    const {files, writer} = write();
    let syncs = 0;
    files.syncTakes = async () => void syncs++;
    await writer.sync();
    await writer.sync();
    assert.equal(syncs, 1);
  });
});

import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import {allOf, InMemoryError} from '../../lib/base/errors';
import {LockPlace} from '../../lib/transaction/lock';
import type {LockUse} from '../../lib/transaction/lock-queue';
import type {Transaction} from '../../lib/transaction/transaction';
import {Clock} from '../support/clock';
import {LockWaits} from '../support/transaction/lock-waits';
import {
  briefly,
  looseTransaction,
  outcomeOf,
  waits,
} from '../support/transaction/session';

/** So many transactions. */
function some(count: number): Transaction[] {
  return Array.from({length: count}, () => looseTransaction());
}

/** Those of some uses of one row that have come to their end, by place. */
async function arrivals(uses: readonly Promise<unknown>[]): Promise<number[]> {
  const outcomes = await Promise.all(uses.map(outcomeOf));
  return outcomes.flatMap((outcome, i) => (outcome === waits ? [] : [i]));
}

describe('a wait for a row', () => {
  it('goes on when the one that keeps it ends', async () => {
    const rows = new LockWaits();
    const [by, holder] = [looseTransaction(), looseTransaction()];
    await rows.use(holder, 1);
    const waiting = rows.use(by, 1);
    assert.equal(await outcomeOf(waiting), waits);
    assert.deepEqual(by.wait?.place.blockers(), [holder]);
    rows.end([holder]);
    assert.equal(await outcomeOf(waiting), undefined);
    assert.equal(by.wait, undefined);
  });

  it('does not go on when another transaction ends', async () => {
    const rows = new LockWaits();
    const [by, holder, other] = some(3);
    await rows.use(holder!, 1);
    await rows.use(other!, 2);
    const waiting = rows.use(by!, 1);
    rows.end([other!]);
    assert.equal(await outcomeOf(waiting), waits);
    rows.end([holder!]);
    await waiting;
  });

  it('ends with LOCK_TIMEOUT, naming what it waited for and whom', async () => {
    const rows = new LockWaits();
    const by = looseTransaction('READ COMMITTED', briefly);
    const holder = looseTransaction('REPEATABLE READ');
    await rows.use(holder, 7);
    await assert.rejects(rows.use(by, 7), (error: unknown) => {
      assert.ok(error instanceof InMemoryError, String(error));
      assert.deepEqual(
        {
          code: error.code,
          sqlState: error.sqlState,
          details: allOf(error.details),
        },
        {
          code: 'LOCK_TIMEOUT',
          sqlState: '55P03',
          details: {table: 'City', id: 7, transaction: holder.id},
        },
      );
      assert.equal(
        error.message,
        `Waited ${briefly} ms for the City with id 7, which is kept by the ` +
          `transaction ${holder.id} (REPEATABLE READ, open for 12345 ms, rows ` +
          'written: 0). End it, give it to the statement as {transaction} if ' +
          'that is part of it, or set lockTimeoutMs to wait longer.',
      );
      return true;
    });
    assert.equal(by.wait, undefined);
  });

  it('for a unique key names the key', async () => {
    const keys = new LockWaits();
    const by = looseTransaction('READ COMMITTED', briefly);
    const holder = looseTransaction();
    await keys.take(holder, 5);
    await assert.rejects(keys.take(by, 5), {
      code: 'LOCK_TIMEOUT',
      message: /^Waited 1 ms for the key \(code\) = \(5\) of City, which is /,
      details: {
        table: 'City',
        index: 'by_code',
        constraint: 'by_code',
        property: 'code',
        value: 5,
        transaction: holder.id,
      },
    });
  });

  it('fails with what ends it from outside', async () => {
    const rows = new LockWaits();
    const [by, holder] = [looseTransaction(), looseTransaction()];
    await rows.use(holder, 1);
    const waiting = rows.use(by, 1);
    by.wait!.fail(new InMemoryError('TRANSACTION_ENDED', 'It was ended.'));
    assert.equal(await outcomeOf(waiting), 'TRANSACTION_ENDED');
    rows.end([holder]);
    assert.ok(rows.locks.isEmpty);
  });
});

/** Fails unless those who want to change row 1 get it in the order of the queue. */
async function assertInOrder(
  rows: LockWaits,
  holder: Transaction,
  queue: readonly Transaction[],
): Promise<void> {
  const waiting = queue.map(by => rows.use(by, 1));
  rows.end([holder]);
  for (const [i, by] of queue.entries()) {
    const gone = Array.from({length: i + 1}, (_, place) => place);
    assert.deepEqual(await arrivals(waiting), gone);
    rows.end([by]);
  }
  assert.ok(rows.locks.isEmpty);
}

/** Fails unless each of them is told once to try again. */
async function assertTriedOnce(
  rows: LockWaits,
  holder: Transaction,
  queue: readonly Transaction[],
): Promise<void> {
  const ended = queue.map(async by => {
    await rows.use(by, 1);
    rows.end([by]);
  });
  rows.end([holder]);
  await Promise.all(ended);
  assert.equal(rows.tries, queue.length);
}

describe('of those who wait for one row', () => {
  it('the first to come goes on, and the others when it ends', async () => {
    const rows = new LockWaits();
    const [holder, ...queue] = some(5);
    await rows.use(holder!, 1);
    await assertInOrder(rows, holder!, queue);
  });

  it('each is told to try again once', async () => {
    const rows = new LockWaits();
    const [holder, ...queue] = some(200);
    await rows.use(holder!, 1);
    await assertTriedOnce(rows, holder!, queue);
  });

  it('none is overtaken by one that comes when it was told to try', async () => {
    const rows = new LockWaits();
    const [holder, first, late] = some(3);
    await rows.use(holder!, 1);
    const waiting = rows.use(first!, 1);
    rows.end([holder!]);
    const newcomer = rows.use(late!, 1);
    assert.deepEqual(await arrivals([waiting, newcomer]), [0]);
    rows.end([first!]);
    await newcomer;
  });

  it('the next goes on when the first does not take it after all', async () => {
    const rows = new LockWaits();
    const [holder, first, second] = some(3);
    await rows.use(holder!, 1);
    const waiting = [rows.giveUpAfterWaiting(first!, 1), rows.use(second!, 1)];
    rows.end([holder!]);
    assert.deepEqual(await arrivals(waiting), [0, 1]);
  });

  it('one that gives up in the middle hinders nobody', async () => {
    const rows = new LockWaits();
    const [holder, first, last] = some(3);
    const brief = looseTransaction('READ COMMITTED', briefly);
    const ended = looseTransaction();
    await rows.use(holder!, 1);
    const waiting = [first!, brief, ended, last!].map(by => rows.use(by, 1));
    await assert.rejects(waiting[1]!, {code: 'LOCK_TIMEOUT'});
    rows.end([ended]);
    await assert.rejects(waiting[2]!, {code: 'TRANSACTION_ENDED'});
    rows.end([holder!, first!]);
    assert.deepEqual(await outcomeOf(waiting[3]!), undefined);
  });

  it('one that ends when it was told to try lets the next go on', async () => {
    const rows = new LockWaits();
    const [holder, first, second] = some(3);
    await rows.use(holder!, 1);
    const waiting = [rows.use(first!, 1), rows.use(second!, 1)];
    rows.end([holder!, first!]);
    assert.deepEqual(await Promise.all(waiting.map(outcomeOf)), [
      'TRANSACTION_ENDED',
      undefined,
    ]);
    rows.end([second!]);
    assert.ok(rows.locks.isEmpty);
  });

  it('those who share go on together', async () => {
    const rows = new LockWaits();
    const [holder, ...queue] = some(5);
    await rows.use(holder!, 1, 'remove');
    const wanted: LockUse[] = ['share', 'change', 'share', 'remove'];
    const waiting = queue.map((by, i) => rows.use(by, 1, wanted[i]));
    rows.end([holder!]);
    assert.deepEqual(await arrivals(waiting), [0, 1, 2]);
    rows.end([queue[1]!, queue[0]!]);
    assert.deepEqual(await arrivals(waiting), [0, 1, 2]);
    rows.end([queue[2]!]);
    assert.deepEqual(await arrivals(waiting), [0, 1, 2, 3]);
  });

  it('nobody is before one that shares what is shared, as in PostgreSQL', async () => {
    const rows = new LockWaits();
    const [holder, remover, sharer] = some(3);
    await rows.use(holder!, 1, 'share');
    const removed = rows.use(remover!, 1, 'remove');
    const shared = rows.use(sharer!, 1, 'share');
    assert.deepEqual(await arrivals([removed, shared]), [1]);
    rows.end([holder!, sharer!]);
    await removed;
  });

  it('nobody is before one that has a lock on it already', async () => {
    const rows = new LockWaits();
    const [one, other, remover] = some(3);
    await rows.use(one!, 1, 'share');
    await rows.use(other!, 1, 'share');
    const waiting = [
      rows.use(remover!, 1, 'remove'),
      rows.use(one!, 1, 'remove'),
    ];
    rows.end([other!]);
    assert.deepEqual(await arrivals(waiting), [1]);
    rows.end([one!]);
    await waiting[0];
  });

  it('of two that have a lock on it, one that waits for the other waits alone', async () => {
    const rows = new LockWaits();
    const [holder, changer, remover] = some(3);
    await rows.use(holder!, 1);
    await rows.use(changer!, 1, 'share');
    await rows.use(remover!, 1, 'share');
    const waiting = [rows.use(changer!, 1), rows.use(remover!, 1, 'remove')];
    rows.end([holder!]);
    assert.deepEqual(await arrivals(waiting), [0]);
    rows.end([changer!]);
    await waiting[1];
  });

  it('those who have a lock on it already go on in the order in which they came', async () => {
    const rows = new LockWaits();
    const [holder, ...queue] = some(4);
    await rows.use(holder!, 1);
    for (const by of queue) await rows.use(by, 1, 'share');
    await assertInOrder(rows, holder!, queue);
  });

  it('each who has a lock on it already is told to try again once', async () => {
    const rows = new LockWaits();
    const [holder, ...queue] = some(200);
    await rows.use(holder!, 1);
    for (const by of queue) await rows.use(by, 1, 'share');
    await assertTriedOnce(rows, holder!, queue);
  });

  it('none is overtaken by one that comes while the locks are given back', async () => {
    const rows = new LockWaits();
    const [holder, first, late] = some(3);
    await rows.use(holder!, 1);
    for (let id = 2; id < 400; id++) await rows.use(holder!, id);
    const last = 399;
    const waiting = rows.use(first!, last);
    const releasing = rows.locks.releasing(holder!, 0);
    releasing.next();
    const newcomer = rows.use(late!, last);
    assert.deepEqual(await arrivals([waiting, newcomer]), []);
    while (releasing.next().done !== true);
    assert.deepEqual(await arrivals([waiting, newcomer]), [0]);
    rows.end([first!]);
    await newcomer;
  });

  it('those who only look go on as soon as nobody has written it', async () => {
    const rows = new LockWaits();
    const [holder, first, ...lookers] = some(4);
    await rows.use(holder!, 1);
    const waiting = [
      rows.use(first!, 1),
      ...lookers.map(by => rows.use(by, 1, 'look')),
    ];
    rows.end([holder!]);
    assert.deepEqual(await arrivals(waiting), [0, 1, 2]);
  });

  it('those with a snapshot try at once after a commit, to fail', async () => {
    const rows = new LockWaits();
    const [holder, first] = some(2);
    const late = looseTransaction('REPEATABLE READ');
    await rows.use(holder!, 1);
    const waiting = [rows.use(first!, 1), rows.giveUpAfterWaiting(late, 1)];
    rows.end([holder!], 'committed');
    assert.deepEqual(await arrivals(waiting), [0, 1]);
  });

  it('and after a rollback they wait for their turn', async () => {
    const rows = new LockWaits();
    const [holder, first] = some(2);
    const late = looseTransaction('REPEATABLE READ');
    await rows.use(holder!, 1);
    const waiting = [rows.use(first!, 1), rows.giveUpAfterWaiting(late, 1)];
    rows.end([holder!]);
    assert.deepEqual(await arrivals(waiting), [0]);
    rows.end([first!]);
    await waiting[1];
  });

  it('many let the event loop turn meanwhile', async () => {
    const rows = new LockWaits();
    const [holder, ...queue] = some(100);
    await rows.use(holder!, 1);
    const waiting = queue.map(async by => {
      await rows.use(by, 1);
      const until = performance.now() + 1;
      while (performance.now() < until);
      rows.end([by]);
    });
    let turns = 0;
    const countTurns = async (): Promise<void> => {
      while (!rows.locks.isEmpty) {
        await setImmediate();
        turns++;
      }
    };
    rows.end([holder!]);
    await Promise.all([...waiting, countTurns()]);
    assert.ok(turns > 5, `only ${turns} turns in 100 ms`);
  });
});

describe('the time of a wait', () => {
  const lockTimeoutMs = 1_000;
  const patient = () => looseTransaction('READ COMMITTED', lockTimeoutMs);

  it('begins anew when the row gets to the next in the queue', async () => {
    const clock = new Clock();
    await clock.during(async () => {
      const rows = new LockWaits();
      const [holder, first, second] = [patient(), patient(), patient()];
      await rows.use(holder, 1);
      const waiting = [rows.use(first, 1), rows.use(second, 1)];
      clock.pass(900);
      rows.end([holder]);
      assert.deepEqual(await arrivals(waiting), [0]);
      clock.pass(900);
      assert.deepEqual(await arrivals(waiting), [0]);
      clock.pass(200);
      assert.equal(await outcomeOf(waiting[1]!), 'LOCK_TIMEOUT');
    });
  });

  it('does not begin anew when another gives up waiting', async () => {
    const clock = new Clock();
    await clock.during(async () => {
      const rows = new LockWaits();
      const [holder, first, second] = some(3);
      const by = patient();
      await rows.use(holder!, 1);
      const given = rows.use(first!, 1).catch(() => undefined);
      const waiting = rows.use(by, 1);
      clock.pass(900);
      rows.end([first!]);
      await given;
      clock.pass(100);
      assert.equal(await outcomeOf(waiting), 'LOCK_TIMEOUT');
      rows.end([holder!, second!]);
    });
  });

  for (const [held, wanted] of [
    ['change', 'change'],
    ['change', 'remove'],
    ['share', 'remove'],
  ] as const) {
    const title =
      `does not begin anew when one ends that came later (to ${wanted} ` +
      `what one keeps to ${held})`;
    it(title, async () => {
      const clock = new Clock();
      await clock.during(async () => {
        const rows = new LockWaits();
        const [holder, by] = [patient(), patient()];
        await rows.use(holder, 1, held);
        const waiting = rows.use(by, 1, wanted);
        // Who refers to a row meets neither in its way.
        for (let passed = 0; passed < lockTimeoutMs; passed += 100) {
          assert.equal(await outcomeOf(waiting), waits);
          const late = patient();
          await rows.use(late, 1, 'share');
          clock.pass(50);
          rows.end([late]);
          clock.pass(50);
        }
        assert.equal(await outcomeOf(waiting), 'LOCK_TIMEOUT');
      });
    });
  }

  it('hardly passes while nothing lets the event loop turn', async () => {
    const clock = new Clock();
    await clock.during(async () => {
      const rows = new LockWaits();
      const [holder, by] = [patient(), patient()];
      await rows.use(holder, 1);
      const waiting = rows.use(by, 1);
      clock.passAtOnce(5_000);
      assert.equal(await outcomeOf(waiting), waits);
      clock.pass(899);
      assert.equal(await outcomeOf(waiting), waits);
      clock.pass(1);
      assert.equal(await outcomeOf(waiting), 'LOCK_TIMEOUT');
    });
  });
});

describe('transactions that wait for each other', () => {
  /** Each has the row of its own number. */
  async function ringOf(count: number) {
    const rows = new LockWaits();
    const all = some(count);
    for (const [id, by] of all.entries()) await rows.use(by, id);
    return {rows, all};
  }

  for (const count of [2, 3, 4]) {
    for (let last = 0; last < count; last++) {
      const title =
        `in a ring of ${count}, closed by number ${last + 1}: ` +
        'the one that has waited longest fails with DEADLOCK, at once';
      it(title, async () => {
        const {all, rows} = await ringOf(count);
        const outcomes: unknown[] = [];
        const done: Promise<unknown>[] = [];
        for (let i = 1; i <= count; i++) {
          const by = (last + i) % count;
          const wait = rows.use(all[by]!, (by + 1) % count);
          done.push(
            wait.then(
              () => (outcomes[by] = 'goes on'),
              ({code}) => {
                outcomes[by] = code;
                rows.end([all[by]!]);
              },
            ),
          );
        }
        const oldest = (last + 1) % count;
        assert.deepEqual(
          all.map(({wait}) => wait?.isWaiting === true),
          all.map((_, i) => i !== oldest),
        );
        await outcomeOf(Promise.all(done));
        assert.equal(outcomes[oldest], 'DEADLOCK');
        rows.end(all);
        await Promise.all(done);
      });
    }
  }

  it('in a chain without a ring go on waiting', async () => {
    const {all, rows} = await ringOf(4);
    const waiting = [2, 0, 1].map(i => rows.use(all[i]!, i + 1));
    assert.deepEqual(await arrivals(waiting), []);
    rows.end(all.toReversed());
    await Promise.allSettled(waiting);
  });

  it('beside a ring that they wait for go on waiting', async () => {
    const {all, rows} = await ringOf(3);
    const outside = rows.use(all[2]!, 0);
    const first = rows.use(all[0]!, 1);
    const second = rows.use(all[1]!, 0);
    assert.equal(await outcomeOf(first), 'DEADLOCK');
    assert.deepEqual(await arrivals([outside, second]), []);
    rows.end([all[0]!]);
    await outside;
    rows.end([all[2]!]);
    await second;
  });

  it('are told with 40P01 for what, and to run again', async () => {
    const {all, rows} = await ringOf(2);
    const first = rows.use(all[0]!, 1);
    const second = rows.use(all[1]!, 0);
    await assert.rejects(first, {
      code: 'DEADLOCK',
      sqlState: '40P01',
      message:
        'Deadlock: the transaction waits for the City with id 1, which is kept ' +
        'by one that waits for it. Run it again; transactions that write rows ' +
        'in the same order do not come to this.',
    });
    rows.end([all[0]!]);
    await second;
  });

  it('by way of one that is before in a queue are a ring, too', async () => {
    // One and two share row 1. A waits to remove it, B waits behind A; A has row
    // 2, and the holder of row 3 waits for that.
    const rows = new LockWaits();
    const [holder, a, b] = some(3);
    await rows.use(holder!, 1, 'share');
    await rows.use(b!, 2);
    const removed = rows.use(a!, 1, 'remove');
    const behind = rows.use(b!, 1, 'remove');
    assert.deepEqual(await arrivals([removed, behind]), []);
    // The holder wants what B has, which waits behind A for the holder.
    const closing = rows.use(holder!, 2);
    assert.equal(await outcomeOf(behind), 'DEADLOCK');
    rows.end([b!]);
    await closing;
    rows.end([holder!]);
    await removed;
  });

  it('of whom one waits behind another in a queue are a ring', async () => {
    const rows = new LockWaits();
    const [holder, a, b] = some(3);
    await rows.use(holder!, 1);
    await rows.use(b!, 2);
    // B waits behind A, though nothing keeps them but the holder and the order.
    const first = rows.use(a!, 1);
    const second = rows.use(b!, 1);
    rows.end([holder!]);
    await first;
    const closing = rows.use(a!, 2);
    assert.equal(await outcomeOf(second), 'DEADLOCK');
    rows.end([b!]);
    await closing;
  });

  it('behind one that was told to try, and fails, are a ring', async () => {
    const rows = new LockWaits();
    const [holder, sharer, remover, last] = some(4);
    const told = looseTransaction('REPEATABLE READ');
    await rows.use(holder!, 1);
    await rows.use(sharer!, 1, 'share');
    await rows.use(last!, 2);
    const removed = rows.use(remover!, 1, 'remove');
    const failed = rows.giveUpAfterWaiting(told, 1);
    const behind = rows.use(last!, 1);
    rows.end([holder!], 'committed');
    // Between the two that close the ring is one that is about to leave.
    const closing = rows.use(sharer!, 2);
    await failed;
    assert.equal(await outcomeOf(removed), 'DEADLOCK');
    rows.end([remover!]);
    assert.deepEqual(await arrivals([behind, closing]), [0]);
    rows.end([last!]);
    await closing;
  });

  it('behind one that has a lock, and waits for others, are a ring', async () => {
    const rows = new LockWaits();
    const [holder, sharer, remover, changer, last] = some(5);
    await rows.use(holder!, 1);
    for (const by of [sharer!, remover!, changer!]) {
      await rows.use(by, 1, 'share');
    }
    await rows.use(last!, 2);
    const changed = rows.use(changer!, 1);
    const removed = rows.use(remover!, 1, 'remove');
    const behind = rows.use(last!, 1);
    const closing = rows.use(sharer!, 2);
    assert.equal(await outcomeOf(removed), 'DEADLOCK');
    rows.end([remover!, holder!]);
    assert.deepEqual(await arrivals([changed, behind, closing]), [0]);
    rows.end([changer!]);
    await behind;
    rows.end([last!]);
    await closing;
  });

  it('over several sharers are found', async () => {
    const rows = new LockWaits();
    const [one, two, by] = some(3);
    await rows.use(one!, 1, 'share');
    await rows.use(two!, 1, 'share');
    await rows.use(by!, 2);
    const first = rows.use(by!, 1, 'remove');
    const second = rows.use(two!, 2);
    assert.equal(await outcomeOf(first), 'DEADLOCK');
    rows.end([by!]);
    await second;
  });

  it('over one that came to share while others wait are found', async () => {
    const rows = new LockWaits();
    const [one, late, by] = some(3);
    await rows.use(one!, 1, 'share');
    await rows.use(by!, 2);
    const first = rows.use(by!, 1, 'remove');
    await rows.use(late!, 1, 'share');
    const second = rows.use(late!, 2);
    assert.equal(await outcomeOf(first), 'DEADLOCK');
    rows.end([by!]);
    await second;
  });

  it('are not looked for among those who are before in a queue', async () => {
    const rows = new LockWaits();
    const [holder, ...all] = some(401);
    const queue = all.slice(200);
    const waiting: Promise<void>[] = [];
    await rows.use(holder!, -1);
    // Somebody waits for each, so each may close a ring.
    for (const [id, by] of queue.entries()) {
      await rows.use(by, id);
      waiting.push(rows.use(all[id]!, id));
    }
    const {prototype} = LockPlace;
    const blockers = Object.getOwnPropertyDescriptor(prototype, 'blockers')!;
    let asked = 0;
    prototype.blockers = function (this: LockPlace) {
      asked++;
      return blockers.value.call(this);
    };
    try {
      for (const by of queue) waiting.push(rows.use(by, -1));
    } finally {
      Object.defineProperty(prototype, 'blockers', blockers);
    }
    assert.equal(asked, queue.length);
    rows.end([holder!, ...all]);
    await Promise.allSettled(waiting);
  });

  it('in a queue of thousands are searched without a deep stack', async () => {
    const rows = new LockWaits();
    const [last, ...chain] = some(20_000);
    for (const [id, by] of chain.entries()) await rows.use(by, id);
    const waiting = chain
      .slice(1)
      .map((by, i) => rows.use(by, i).catch(() => undefined));
    await rows.use(last!, -1);
    const closing = rows.use(chain[0]!, -1).catch(() => undefined);
    const end = rows.use(last!, chain.length - 1);
    await assert.rejects(
      Promise.race([end, ...waiting]).then(() => {
        throw new Error('one has failed');
      }),
    );
    rows.end([last!, ...chain]);
    await Promise.allSettled([end, closing, ...waiting]);
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {runAtOnce} from '../../lib/base/slices';
import type {RowUse} from '../../lib/transaction/lock-queue';
import {LockTable} from '../../lib/transaction/locks';
import type {Transaction} from '../../lib/transaction/transaction';
import {indexNamed} from '../../lib/store/table';
import {indexOn, schemaOf} from '../support/schema/example';
import {tableOf, versionWith} from '../support/store/example';
import {tryOften} from '../support/random';
import {looseTransaction} from '../support/transaction/session';

const table = tableOf(
  versionWith(
    schemaOf({
      indexes: [
        indexOn('code', {isUnique: true}),
        indexOn(['-name', 'code'], {isUnique: true}),
      ],
    }),
  ),
);
const byCode = indexNamed(table, 'by_code');
const byNameAndCode = indexNamed(table, 'by_-name_code');
const uses: readonly RowUse[] = ['share', 'change', 'remove'];

/** The first of those who are in the way of a use. */
function holderOfRow(
  locks: LockTable,
  ...place: Parameters<LockTable['waitForRow']>
): Transaction | undefined {
  return locks.waitForRow(...place)?.holders()[0];
}

/** Who has put a row under a unique key. */
function holderOfKey(
  locks: LockTable,
  ...place: Parameters<LockTable['waitForKey']>
): Transaction | undefined {
  return locks.waitForKey(...place)?.holders()[0];
}

/** Locks a row as a statement does: only when nobody is in the way. */
function tryRow(
  locks: LockTable,
  transaction: Transaction,
  id: unknown,
  use: RowUse,
): boolean {
  const isFree = holderOfRow(locks, transaction, table, id, use) === undefined;
  if (isFree) locks.lockRow(transaction, table, id, use);
  return isFree;
}

/** Gives back all but the first locks of a transaction. */
function release(
  locks: LockTable,
  transaction: Transaction,
  count: number,
): void {
  runAtOnce(locks.releasing(transaction, count));
}

describe('a locked row', () => {
  /** PostgreSQL: FOR KEY SHARE, FOR NO KEY UPDATE, FOR UPDATE. */
  const compatible: readonly (readonly [RowUse, RowUse])[] = [
    ['share', 'share'],
    ['share', 'change'],
    ['change', 'share'],
  ];
  for (const held of uses) {
    for (const wanted of uses) {
      const isFree = compatible.some(
        pair => pair[0] === held && pair[1] === wanted,
      );
      const verb = isFree ? 'lets another' : 'keeps another from it to';
      it(`that one is to ${held} ${verb} ${wanted}`, () => {
        const locks = new LockTable();
        const [one, other] = [looseTransaction(), looseTransaction()];
        locks.lockRow(one, table, 1, held);
        assert.equal(
          holderOfRow(locks, other, table, 1, wanted),
          isFree ? undefined : one,
        );
      });
    }

    it(`that one is to ${held} is not in the way of itself`, () => {
      const locks = new LockTable();
      const one = looseTransaction();
      locks.lockRow(one, table, 1, held);
      for (const use of uses) {
        assert.equal(holderOfRow(locks, one, table, 1, use), undefined, use);
      }
    });

    it(`that one is to ${held} is not in the way of other rows`, () => {
      const locks = new LockTable();
      locks.lockRow(looseTransaction(), table, 1, held);
      const holder = holderOfRow(locks, looseTransaction(), table, 2, 'remove');
      assert.equal(holder, undefined);
    });
  }

  it('that two share can be removed when both have given it back', () => {
    const locks = new LockTable();
    const [one, two, other] = [1, 2, 3].map(() => looseTransaction());
    locks.lockRow(one!, table, 1, 'share');
    locks.lockRow(two!, table, 1, 'share');
    const holders = [one!, two!].map(sharer => {
      const holder = holderOfRow(locks, other!, table, 1, 'remove');
      release(locks, sharer, 0);
      return holder;
    });
    assert.deepEqual(holders, [one, two]);
    const last = holderOfRow(locks, other!, table, 1, 'remove');
    assert.equal(last, undefined);
  });

  it('that one has changed and others share is not free to remove', () => {
    const locks = new LockTable();
    const [one, sharer] = [looseTransaction(), looseTransaction()];
    locks.lockRow(one, table, 1, 'change');
    locks.lockRow(sharer, table, 1, 'share');
    assert.equal(holderOfRow(locks, one, table, 1, 'remove'), sharer);
  });

  it('that was to change, then to remove, is to change again once the second is given back', () => {
    const locks = new LockTable();
    const [one, other] = [looseTransaction(), looseTransaction()];
    locks.lockRow(one, table, 1, 'change');
    locks.lockRow(one, table, 1, 'remove');
    assert.equal(holderOfRow(locks, other, table, 1, 'share'), one);
    release(locks, one, 1);
    assert.deepEqual(
      uses.map(use => holderOfRow(locks, other, table, 1, use)),
      [undefined, one, one],
    );
  });

  it('tells its table that it has a holder', () => {
    const locks = new LockTable();
    const one = looseTransaction();
    assert.deepEqual(locks.holdersInTables(['City']), []);
    locks.lockRow(one, table, 1, 'share');
    assert.deepEqual(locks.holdersInTables(['City']), [one]);
    assert.deepEqual(locks.holdersInTables(['Country', 'City']), [one]);
    assert.deepEqual(locks.holdersInTables(['Country']), []);
  });
});

describe('a locked key', () => {
  it('is in the way of others, and not of its holder', () => {
    const locks = new LockTable();
    const [one, other] = [looseTransaction(), looseTransaction()];
    locks.lockKey(one, table, byCode, 7);
    assert.equal(holderOfKey(locks, other, table, byCode, 7), one);
    assert.equal(holderOfKey(locks, one, table, byCode, 7), undefined);
  });

  it('is not in the way of other keys, nor of other indexes', () => {
    const locks = new LockTable();
    const other = looseTransaction();
    locks.lockKey(looseTransaction(), table, byCode, 7);
    assert.equal(holderOfKey(locks, other, table, byCode, 8), undefined);
    const key = ['a', 7];
    assert.equal(
      holderOfKey(locks, other, table, byNameAndCode, key),
      undefined,
    );
  });

  it('of several values is found by equal ones', () => {
    const locks = new LockTable();
    const [one, other] = [looseTransaction(), looseTransaction()];
    locks.lockKey(one, table, byNameAndCode, ['a', 7]);
    const holder = holderOfKey(locks, other, table, byNameAndCode, ['a', 7]);
    assert.equal(holder, one);
  });

  it('that was locked twice is free when the first lock is given back', () => {
    const locks = new LockTable();
    const [one, other] = [looseTransaction(), looseTransaction()];
    locks.lockKey(one, table, byCode, 7);
    const count = one.locks.length;
    locks.lockKey(one, table, byCode, 7);
    release(locks, one, count);
    assert.equal(holderOfKey(locks, other, table, byCode, 7), one);
    release(locks, one, 0);
    assert.equal(holderOfKey(locks, other, table, byCode, 7), undefined);
  });
});

describe('a lock table', () => {
  it('is empty until something is locked, and when all is given back', () => {
    const locks = new LockTable();
    assert.equal(locks.isEmpty, true, 'at first');
    const one = looseTransaction();
    locks.lockRow(one, table, 1, 'change');
    locks.lockKey(one, table, byCode, 7);
    assert.equal(locks.isEmpty, false, 'with a row and a key');
    release(locks, one, 1);
    assert.equal(locks.isEmpty, false, 'with a row');
    release(locks, one, 0);
    assert.equal(locks.isEmpty, true, 'in the end');
  });

  it('is empty after transactions that lock one row, ended in any order', () => {
    const locking: readonly (readonly RowUse[])[] = [
      ['share', 'change'],
      ['share'],
      ['share', 'share'],
    ];
    for (const order of permutations([0, 1, 2])) {
      const locks = new LockTable();
      const all = locking.map(wanted => {
        const transaction = looseTransaction();
        for (const use of wanted) tryRow(locks, transaction, 1, use);
        return transaction;
      });
      for (const i of order) release(locks, all[i]!, 0);
      assert.equal(locks.isEmpty, true, `ended in the order ${order.join()}`);
    }
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap(first =>
    permutations(items.filter(item => item !== first)).map(rest => [
      first,
      ...rest,
    ]),
  );
}

/** One lock of the naive twin: a transaction, what of, how. */
interface NaiveLock {
  readonly by: number;
  readonly id: number;
  readonly use: RowUse | 'key';
}

/** The twin: a list of locks in which everything is looked up from the start. */
class NaiveLocks {
  held: NaiveLock[] = [];

  holders({by, id, use}: NaiveLock): Set<number> {
    const inTheWay: Readonly<Record<NaiveLock['use'], string>> = {
      share: 'remove',
      change: 'change remove',
      remove: 'share change remove',
      key: 'key',
    };
    const others = this.held.filter(
      lock =>
        lock.id === id &&
        lock.by !== by &&
        inTheWay[use].split(' ').includes(lock.use),
    );
    return new Set(others.map(lock => lock.by));
  }

  /** Keeps the first locks of a transaction whose number is known to be one. */
  keepFirst(by: number, count: number): void {
    let seen = 0;
    this.held = this.held.filter(lock => lock.by !== by || seen++ < count);
  }
}

const operation = fc.oneof(
  {
    arbitrary: fc.record({
      by: fc.nat(3),
      id: fc.nat(2),
      use: fc.constantFrom<NaiveLock['use']>(...uses, 'key'),
    }),
    weight: 5,
  },
  {arbitrary: fc.record({by: fc.nat(3), keep: fc.nat(6)}), weight: 2},
);

describe('a lock table and its naive twin', () => {
  it('have the same holders after any locking and giving back', () => {
    tryOften(
      fc.property(fc.array(operation, {maxLength: 60}), operations => {
        const locks = new LockTable();
        const twin = new NaiveLocks();
        const all = [0, 1, 2, 3].map(() => looseTransaction());
        /** For each transaction: its locks in the table after each of the twin's. */
        const counts: number[][] = all.map(() => [0]);
        const holderOf = ({by, id, use}: NaiveLock) =>
          use === 'key'
            ? holderOfKey(locks, all[by]!, table, byCode, id)
            : holderOfRow(locks, all[by]!, table, id, use);
        for (const step of operations) {
          const transaction = all[step.by]!;
          const countsOf = counts[step.by]!;
          if ('keep' in step) {
            const kept = Math.min(step.keep, countsOf.length - 1);
            release(locks, transaction, countsOf[kept]!);
            countsOf.length = kept + 1;
            twin.keepFirst(step.by, kept);
          } else if (twin.holders(step).size === 0) {
            if (step.use === 'key') {
              locks.lockKey(transaction, table, byCode, step.id);
            } else locks.lockRow(transaction, table, step.id, step.use);
            twin.held.push(step);
            countsOf.push(transaction.locks.length);
          }
          assertSameHolders(twin, ask => {
            const holder = holderOf(ask);
            return holder && all.indexOf(holder);
          });
          assert.equal(locks.isEmpty, twin.held.length === 0, 'isEmpty');
        }
        for (const transaction of all) release(locks, transaction, 0);
        assert.equal(locks.isEmpty, true, 'all was given back');
      }),
    );
  });
});

function assertSameHolders(
  twin: NaiveLocks,
  holderOf: (ask: NaiveLock) => number | undefined,
): void {
  for (const use of [...uses, 'key'] as const) {
    for (const by of [0, 1, 2, 3]) {
      for (const id of [0, 1, 2]) {
        const ask = {by, id, use};
        const [holder, holders] = [holderOf(ask), twin.holders(ask)];
        const isSame =
          holder === undefined ? holders.size === 0 : holders.has(holder);
        const what = `transaction ${by} wants ${use} of ${id}`;
        const expected = [...holders].join(' or ') || 'nobody';
        assert.ok(isSame, `${what}: ${holder} in the way, not ${expected}`);
      }
    }
  }
}

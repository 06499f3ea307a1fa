import assert from 'node:assert/strict';
import {inTransaction} from '../../index';
import type {Model} from '../support/connector/data-source';
import {
  openEmptyTable,
  type TestTable,
  type Transaction,
} from '../support/connector/transactions';

const accounts = 100;
const opening = 1000;
const total = accounts * opening;
const loops = 50;
const transfersPerLoop = 10;

interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** The transfers of a loop: the same ones each time, between any two accounts. */
function* transfersOf(loop: number): Generator<Transfer> {
  let state = loop + 1;
  const below = (limit: number): number => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0; i < transfersPerLoop; i++) {
    const from = below(accounts);
    const to = (from + 1 + below(accounts - 1)) % accounts;
    yield {from: from + 1, to: to + 1, amount: 1 + below(50)};
  }
}

type TransferMoney = (bank: TestTable, transfer: Transfer) => Promise<void>;

/** Reads both balances, then writes both: right only in a snapshot or under locks. */
async function readAndWrite(
  Model: Model,
  {from, to, amount}: Transfer,
  transaction: Transaction,
): Promise<void> {
  const payer = await Model.findById(from, {}, {transaction});
  const payee = await Model.findById(to, {}, {transaction});
  await Model.updateAll(
    {id: from},
    {value: payer.value - amount},
    {transaction},
  );
  await Model.updateAll({id: to}, {value: payee.value + amount}, {transaction});
}

/** Locks rows in the order of their ids, so that nobody comes to a deadlock. */
async function lock(
  Model: Model,
  ids: number[],
  transaction: Transaction,
): Promise<void> {
  for (const id of ids.toSorted((a, b) => a - b)) {
    await Model.updateAll({id}, {name: `locked ${id}`}, {transaction});
  }
}

/** Runs all loops at once; resolves to the balances by id in the end. */
async function runLoops(transferMoney: TransferMoney): Promise<{
  bank: TestTable;
  balances: number[];
}> {
  const bank = openEmptyTable();
  await bank.Model.createAll(
    Array.from({length: accounts}, () => ({value: opening})),
  );
  await Promise.all(
    Array.from({length: loops}, async (_, loop) => {
      for (const transfer of transfersOf(loop)) {
        await transferMoney(bank, transfer);
      }
    }),
  );
  const rows: {value: number}[] = await bank.Model.find({order: 'id'});
  return {bank, balances: rows.map(({value}) => value)};
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((before, number) => before + number, 0);
}

/** What all transfers, one after the other, would make of the balances. */
function expectedBalances(): number[] {
  const balances = Array<number>(accounts).fill(opening);
  for (let loop = 0; loop < loops; loop++) {
    for (const {from, to, amount} of transfersOf(loop)) {
      balances[from - 1]! -= amount;
      balances[to - 1]! += amount;
    }
  }
  return balances;
}

describe(`${loops} loops at once that transfer money between ${accounts} accounts`, () => {
  for (const isolationLevel of ['REPEATABLE READ', 'SERIALIZABLE'] as const) {
    it(`lose and make none at ${isolationLevel} with retries`, async () => {
      let attempts = 0;
      const {bank, balances} = await runLoops(({dataSource, Model}, transfer) =>
        inTransaction(
          dataSource,
          async (transaction: Transaction) => {
            attempts++;
            await readAndWrite(Model, transfer, transaction);
          },
          {isolationLevel, retries: 1000},
        ),
      );
      assert.equal(sum(balances), total, 'the sum of all balances');
      assert.deepEqual(balances, expectedBalances());
      assert.ok(
        attempts > loops * transfersPerLoop,
        'no transfer met another, so this has tested nothing',
      );
      assertQuiet(bank);
    });
  }

  it('lose and make none at READ COMMITTED when they lock both rows, then read', async () => {
    const {bank, balances} = await runLoops(({dataSource, Model}, transfer) =>
      inTransaction(dataSource, async (transaction: Transaction) => {
        await lock(Model, [transfer.from, transfer.to], transaction);
        await readAndWrite(Model, transfer, transaction);
      }),
    );
    assert.equal(sum(balances), total, 'the sum of all balances');
    assert.deepEqual(balances, expectedBalances());
    assertQuiet(bank);
  });

  it('do lose updates at READ COMMITTED without locks, so these tests can fail', async () => {
    const {balances} = await runLoops(({dataSource, Model}, transfer) =>
      inTransaction(
        dataSource,
        (transaction: Transaction) =>
          readAndWrite(Model, transfer, transaction),
        {retries: 1000},
      ),
    );
    assert.notDeepEqual(balances, expectedBalances());
  });

  for (const isolationLevel of ['READ COMMITTED', 'SERIALIZABLE'] as const) {
    it(`show the same total to every statement of a reader at ${isolationLevel}`, async () => {
      const totals = new Set<number>();
      await runLoops(({dataSource, Model}, transfer) =>
        inTransaction(
          dataSource,
          async (transaction: Transaction) => {
            await lock(Model, [transfer.from, transfer.to], transaction);
            await readAndWrite(Model, transfer, transaction);
            const rows: {value: number}[] = await Model.find();
            totals.add(sum(rows.map(({value}) => value)));
          },
          {isolationLevel, retries: 1000},
        ),
      );
      assert.deepEqual([...totals], [total]);
    });
  }
});

function assertQuiet({dataSource: {connector}}: TestTable): void {
  assert.deepEqual(connector.statistics().openTransactions, []);
  assert.deepEqual(connector.database.verify(), []);
}

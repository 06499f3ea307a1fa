import {defineModel, type Model} from '../connector/data-source';

/*
 * A program of its own, to be run with --expose-gc: prints as JSON what many
 * open transactions weigh, each of which has read one row.
 */

/** What the program prints. */
export interface Weighed {
  /** Bytes of heap that the open transactions take. */
  readonly heapBytes: number;
  /** Bytes of heap that are still taken when they were rolled back. */
  readonly heapBytesAfter: number;
  readonly openCount: number;
  readonly openCountAfter: number;
}

const transactionCount = 10_000;
const rowCount = 100_000;

/** Bytes in use after a full collection. */
function heapUsed(): number {
  global.gc!();
  return process.memoryUsage().heapUsed;
}

async function fill(Model: Model): Promise<void> {
  const length = rowCount / 10;
  for (let start = 0; start < rowCount; start += length) {
    await Model.createAll(Array.from({length}, (_, i) => ({n: start + i})));
  }
}

async function weigh(): Promise<Weighed> {
  const {Model, connector} = defineModel('Test', {
    id: {type: Number, id: true},
    n: {type: Number, index: true},
  });
  await fill(Model);
  const openCount = (): number =>
    connector.statistics().openTransactions.length;
  const options = {isolationLevel: 'REPEATABLE READ'};
  const warmUp = await Model.beginTransaction(options);
  await Model.findById(1, {}, {transaction: warmUp});
  await warmUp.rollback();

  const before = heapUsed();
  const transactions = [];
  for (let i = 0; i < transactionCount; i++) {
    const transaction = await Model.beginTransaction(options);
    await Model.findById((i % rowCount) + 1, {}, {transaction});
    transactions.push(transaction);
  }
  const opened = {heapBytes: heapUsed() - before, openCount: openCount()};
  for (const transaction of transactions) await transaction.rollback();
  transactions.length = 0;
  return {
    ...opened,
    heapBytesAfter: heapUsed() - before,
    openCountAfter: openCount(),
  };
}

void weigh().then(weighed => process.stdout.write(JSON.stringify(weighed)));

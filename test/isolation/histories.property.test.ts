import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {makeDataSource} from '../support/connector/data-source';
import type {History, Level} from '../support/isolation/history';
import {historyPlan} from '../support/isolation/history.arbitrary';
import {requireIsolation} from '../support/isolation/history-check';
import {type RowModel, runHistory} from '../support/isolation/run-history';
import {seed} from '../support/random';

const historiesPerLevel = Number(process.env['HISTORIES'] ?? 200);

const properties = {
  id: {type: Number, id: true, generated: false},
  group: {type: Number, index: true},
  code: {type: Number, index: {unique: true}},
  value: {type: Number},
};

/** How often something happened, by what it was. */
const tally = new Map<string, number>();

function count(key: string): void {
  tally.set(key, (tally.get(key) ?? 0) + 1);
}

function countAll({level, transactions}: History): void {
  count('histories');
  count(`${level}: histories`);
  for (const {statements, end} of transactions) {
    for (const {outcome, hasWaited} of statements) {
      if (hasWaited) count(`${level}: statements that waited`);
      if ('error' in outcome) count(`${level}: ${outcome.error}`);
      else count(`${level}: statements with an answer`);
    }
    if (end.error) count(`${level}: ${end.error} of a commit`);
    else count(`${level}: transactions with a ${end.kind}`);
  }
}

function happened(key: string): number {
  return tally.get(key) ?? 0;
}

describe('transactions that run at the same time', () => {
  /** Tries random histories of a level. */
  function tryHistories(level: Level): Promise<void> {
    const property = fc.asyncProperty(
      historyPlan,
      fc.scheduler(),
      fc.array(fc.boolean(), {minLength: 1, maxLength: 9}),
      async (plan, scheduler, pauses) => {
        const dataSource = makeDataSource({lockTimeoutMs: 10_000});
        const model: RowModel = dataSource.define('Row', properties);
        const course = {scheduler, pauses};
        const history = await runHistory(model, level, plan, course);
        countAll(history);
        requireIsolation(history);
        assertTidy(dataSource.connector);
      },
    );
    return fc.assert(property, {
      seed,
      numRuns: historiesPerLevel,
      // Shrinking must end before mocha loses patience, or nothing is printed.
      interruptAfterTimeLimit: 300_000,
      markInterruptAsFailure: true,
    });
  }

  it('are equal to some serial order when they are SERIALIZABLE', async function () {
    this.timeout(600_000);
    await tryHistories('SERIALIZABLE');
  });

  it('see one snapshot each and lose no update at REPEATABLE READ', async function () {
    this.timeout(600_000);
    await tryHistories('REPEATABLE READ');
  });

  it('see only what is committed at READ COMMITTED', async function () {
    this.timeout(600_000);
    await tryHistories('READ COMMITTED');
  });

  it(`have met in every way, in ${3 * historiesPerLevel} histories`, () => {
    for (const what of [...tally.keys()].sort((a, b) => (a < b ? -1 : 1))) {
      console.log(`      ${String(happened(what)).padStart(7)} ${what}`);
    }
    assert(happened('histories') >= 3 * historiesPerLevel, 'too few histories');
    const ways = [
      'SERIALIZABLE: SERIALIZATION_FAILURE',
      'REPEATABLE READ: SERIALIZATION_FAILURE',
      ...['SERIALIZABLE', 'REPEATABLE READ', 'READ COMMITTED'].flatMap(
        level => [
          `${level}: statements that waited`,
          `${level}: DUPLICATE_KEY`,
          `${level}: DEADLOCK`,
        ],
      ),
    ];
    for (const way of ways) assert(happened(way) > 0, `never met: ${way}`);
  });

  it('are not refused without need: most of them commit', () => {
    // PostgreSQL 15 commits 69 %, 84 % and 98 % of such transactions.
    const leastShares = {
      SERIALIZABLE: 0.5,
      'REPEATABLE READ': 0.65,
      'READ COMMITTED': 0.9,
    };
    for (const [level, leastShare] of Object.entries(leastShares)) {
      const commits = happened(`${level}: transactions with a commit`);
      const refused =
        happened(`${level}: SERIALIZATION_FAILURE`) +
        happened(`${level}: SERIALIZATION_FAILURE of a commit`) +
        happened(`${level}: DEADLOCK`);
      const share = commits / (commits + refused);
      assert(
        share >= leastShare,
        `${level}: only ${Math.round(share * 100)} % committed`,
      );
    }
  });
});

/** Nothing may be broken or left over when all transactions have ended. */
function assertTidy(connector: unknown): void {
  const {database} = connector as {database: {verify(): string[]}};
  assert.deepEqual(database.verify(), [], 'verify finds the rows broken');
  const {openTransactions} = (
    connector as {statistics(): {openTransactions: unknown}}
  ).statistics();
  assert.deepEqual(openTransactions, [], 'a transaction was left open');
}

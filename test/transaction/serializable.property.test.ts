import assert from 'node:assert/strict';
import {setImmediate} from 'node:timers/promises';
import * as fc from 'fast-check';
import {tryOftenAsync} from '../support/random';
import {indexOn, schemaOf} from '../support/schema/example';
import {
  anyStatement,
  type City,
  meets,
  naiveOf,
  type Statement,
} from '../support/transaction/city-statements';
import {
  begin,
  committedRows,
  databaseWith,
  leftovers,
  nothingLeft,
  type Session,
} from '../support/transaction/session';

/** A statement that has succeeded: what it found, or how many rows it changed. */
interface Done {
  readonly statement: Statement;
  readonly result: unknown;
}

type Rows = ReadonlyMap<number, City>;

const transactionCount = 4;

const step = fc.record({
  by: fc.nat(transactionCount - 1),
  /** None: the transaction commits. */
  statement: fc.option(anyStatement, {freq: 3}),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const start: readonly City[] = [
  {id: 1, name: 'a', code: 1},
  {id: 2, name: 'b', code: 2},
  {id: 3, name: 'c', code: null},
];

/**
 * Statements whose new rows have ids of their own, as generated ones are. That
 * an id is free is nothing that a transaction counts as having read.
 */
function withFreshIds(steps: readonly Step[]): Step[] {
  let id = start.length;
  return steps.map(({by, statement}) => {
    if (statement?.kind !== 'insert') return {by, statement};
    const rows = statement.rows.map(row => ({...row, id: ++id}));
    return {by, statement: {...statement, rows}};
  });
}

async function run(session: Session, statement: Statement): Promise<unknown> {
  switch (statement.kind) {
    case 'select':
      return session.find(statement.where);
    case 'insert':
      return (await session.insert(...statement.rows)).length;
    case 'update':
      return session.update(statement.where, statement.patch);
    default:
      return session.delete(statement.where);
  }
}

/** A transaction that notes what it has done. */
class Witness {
  readonly done: Done[] = [];
  private isBusy = false;

  constructor(readonly session: Session) {}

  get isCommitted(): boolean {
    return this.session.transaction.state === 'committed';
  }

  /** Takes a step if it can; it is done or waits when this returns. */
  take(statement: Statement | null): void {
    if (this.isBusy || this.session.transaction.state !== 'active') return;
    this.isBusy = true;
    const taken =
      statement === null
        ? this.session.commit()
        : run(this.session, statement).then(
            result => void this.done.push({statement, result}),
          );
    void taken
      .catch(() => undefined)
      .then(() => {
        this.isBusy = false;
      });
  }
}

/** The rows after a statement in a serial run; undefined if it went otherwise. */
function repeated(rows: Rows, {statement, result}: Done): Rows | undefined {
  if (statement.kind === 'select') {
    const found = [...rows.values()]
      .filter(meets(statement.where))
      .sort((a, b) => a.id - b.id);
    return JSON.stringify(found) === JSON.stringify(result) ? rows : undefined;
  }
  const {inserted, meets: isMet, change} = naiveOf(statement);
  const next = new Map(rows);
  for (const city of inserted) next.set(city.id, city);
  let count = inserted.length;
  for (const city of [...rows.values()].filter(isMet)) {
    const changed = change(city);
    if (changed === undefined) next.delete(city.id);
    else next.set(city.id, changed);
    count++;
  }
  return count === result ? next : undefined;
}

/** Whether some order of transactions, one after the other, explains it all. */
function hasSerialOrder(
  rows: Rows,
  rest: readonly (readonly Done[])[],
  end: string,
): boolean {
  if (rest.length === 0) {
    const list = [...rows.values()].sort((a, b) => a.id - b.id);
    return JSON.stringify(list) === end;
  }
  return rest.some(transaction => {
    let next: Rows | undefined = rows;
    for (const done of transaction) next = next && repeated(next, done);
    const others = rest.filter(other => other !== transaction);
    return next !== undefined && hasSerialOrder(next, others, end);
  });
}

function transcript(witnesses: readonly Witness[]): string {
  return witnesses
    .map(({done}, i) =>
      done.map(each => `T${i} ${JSON.stringify(each)}`).join('\n'),
    )
    .join('\n');
}

describe('committed SERIALIZABLE transactions', () => {
  let [committedCount, abortedCount] = [0, 0];

  it('have found and written what they would have one after the other', async () => {
    const steps = fc
      .array(step, {maxLength: 40, size: 'max'})
      .map(withFreshIds);
    const property = fc.asyncProperty(steps, async steps => {
      const schema = schemaOf({indexes: [indexOn('name')]});
      const database = databaseWith(start, {schema});
      const witnesses = Array.from(
        {length: transactionCount},
        () => new Witness(begin(database, 'SERIALIZABLE')),
      );
      for (const {by, statement} of steps) {
        witnesses[by]!.take(statement);
        await setImmediate();
      }
      // Who waits for another can commit when that one has.
      for (const witness of [...witnesses, ...witnesses, ...witnesses]) {
        witness.take(null);
        await setImmediate();
      }
      for (const {session} of witnesses) {
        if (session.transaction.state === 'active') session.rollback();
      }
      await setImmediate();
      const committed = witnesses.filter(({isCommitted}) => isCommitted);
      committedCount += committed.length;
      abortedCount += witnesses.length - committed.length;
      const end = committedRows(database);
      const isExplained = hasSerialOrder(
        new Map(start.map(city => [city.id, city])),
        committed.map(({done}) => done),
        JSON.stringify(end),
      );
      assert.ok(
        isExplained,
        `no order explains\n${transcript(committed)}\n${JSON.stringify(end)}`,
      );
      assert.deepEqual(leftovers(database), nothingLeft);
    });
    await tryOftenAsync(property, 5000);
  });

  it('and others that were aborted were both among them', () => {
    assert.ok(committedCount > 0, 'some were committed');
    assert.ok(abortedCount > 0, 'some were aborted');
  });
});

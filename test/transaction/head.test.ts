import assert from 'node:assert/strict';
import {setImmediate as endOfTurn} from 'node:timers/promises';
import * as fc from 'fast-check';
import {
  deleteById,
  insert,
  select,
  updateWhere,
} from '../../lib/database/statements';
import {atOnce} from '../../lib/base/cuttable';
import {Writer} from '../../lib/database/writer';
import {verify} from '../../lib/store/version';
import {DirectWrite} from '../../lib/transaction/direct-write';
import {readDirectly} from '../../lib/transaction/statement';
import {headOf} from '../../lib/transaction/verified-head';
import {tryOftenAsync} from '../support/random';
import {databaseWith} from '../support/transaction/session';
import {ToldLog} from '../support/transaction/told-log';

const start = [
  {id: 1, name: 'Ulm', code: 1},
  {id: 2, name: 'Oslo', code: 2},
  {id: 3, name: 'Ulm', code: 3},
];

/** Cities whose commits go to a log. */
class Cities {
  readonly log = new ToldLog();
  readonly head = headOf(databaseWith(start).head);

  constructor() {
    this.head.logTo(this.log);
  }

  /** Settles when the statement is acknowledged. */
  readonly write = async (
    statement: (to: Writer) => unknown,
  ): Promise<void> => {
    statement(new Writer(new DirectWrite(this.head, {}), new Map()));
    await this.head.whenSafe(undefined);
  };

  get rows(): unknown[] {
    const view = readDirectly(this.head.current, false);
    return atOnce(select(view, 'City', {order: ['id']}));
  }
}

const rename = (id: number, name: string) => (to: Writer) =>
  updateWhere(to, 'City', {id}, {name});

const full = new Error('the disk is full');

describe('The head of a database with a log', () => {
  it('writes the commits of one go together', async () => {
    const {head, log, write} = new Cities();
    await Promise.all([write(rename(1, 'Rom')), write(rename(2, 'Bonn'))]);
    assert.deepEqual(
      log.written.map(batch => batch.length),
      [2],
    );
    assert.equal(head.isUnsettled, false);
  });

  it('acknowledges nothing before it is written', async () => {
    const {log, write} = new Cities();
    const acknowledged = write(rename(1, 'Rom')).then(() => log.written.length);
    assert.equal(log.written.length, 0);
    assert.equal(await acknowledged, 1);
  });

  it('has commits written before anybody reads them', () => {
    const cities = new Cities();
    void cities.write(rename(1, 'Rom'));
    assert.deepEqual(cities.rows[0], {id: 1, name: 'Rom', code: 1});
    assert.equal(cities.log.written.length, 1);
  });

  it('shows a reader nothing that cannot be written', async () => {
    const cities = new Cities();
    cities.log.failure = full;
    const failed = assert.rejects(cities.write(rename(1, 'Rom')), full);
    assert.deepEqual(cities.rows, start);
    await failed;
  });

  it('fails all statements of a batch that cannot be written', async () => {
    const {head, log, write} = new Cities();
    log.failure = full;
    const results = await Promise.allSettled([
      write(rename(1, 'Rom')),
      write(rename(2, 'Bonn')),
    ]);
    assert.deepEqual(
      results.map(({status}) => status),
      ['rejected', 'rejected'],
    );
    assert.deepEqual(verify(head.current), []);
  });

  it('goes on after a batch that could not be written', async () => {
    const cities = new Cities();
    cities.log.failure = full;
    await assert.rejects(cities.write(rename(1, 'Rom')), full);
    cities.log.failure = undefined;
    await cities.write(rename(2, 'Bonn'));
    assert.deepEqual(cities.rows, [
      start[0],
      {id: 2, name: 'Bonn', code: 2},
      start[2],
    ]);
  });

  it('takes back a change in place that the log refuses', async () => {
    const cities = new Cities();
    await cities.write(rename(1, 'Rom'));
    cities.log.refusal = full;
    await assert.rejects(cities.write(rename(1, 'Bonn')), full);
    assert.deepEqual(cities.rows[0], {id: 1, name: 'Rom', code: 1});
    assert.deepEqual(verify(cities.head.current), []);
  });

  it('leaves a version that is kept as it is', async () => {
    const cities = new Cities();
    const kept = cities.head.keep();
    await cities.write(rename(1, 'Rom'));
    await cities.write(rename(1, 'Bonn'));
    const rows = select(readDirectly(kept, false), 'City', {order: ['id']});
    assert.deepEqual(rows, start);
  });

  it('has a batch written that is full before more comes', () => {
    const cities = new Cities();
    void cities.write(rename(1, 'Rom'));
    cities.log.isFull = true;
    void cities.write(rename(1, 'Bonn'));
    assert.equal(cities.log.written.length, 1);
  });

  it('is after a failed batch what it was before, whatever was in that', () =>
    tryOftenAsync(
      fc.asyncProperty(fc.array(anyBatch, {maxLength: 6}), async batches => {
        const cities = new Cities();
        for (const {steps, fails, isKept} of batches) {
          const before = cities.rows;
          if (isKept) cities.head.keep();
          cities.log.failure = fails ? full : undefined;
          const writes = steps.map(step => cities.write(step));
          await Promise.allSettled(writes);
          await endOfTurn();
          if (fails) assert.deepEqual(cities.rows, before);
          assert.deepEqual(verify(cities.head.current), []);
        }
      }),
    ));
});

/** Statements, some of which fail by themselves. */
const anyStep: fc.Arbitrary<(to: Writer) => unknown> = fc
  .record({
    kind: fc.constantFrom('insert', 'two', 'rename', 'recode', 'all', 'delete'),
    id: fc.integer({min: 1, max: 5}),
    code: fc.integer({min: 1, max: 8}),
  })
  .map(({kind, id, code}) => (to: Writer) => {
    const city = {id, name: `city ${code}`, code};
    switch (kind) {
      case 'insert':
        return insert(to, 'City', [city]);
      case 'two':
        return insert(to, 'City', [city, {...city, id: 9, code: 9}]);
      case 'rename':
        return updateWhere(to, 'City', {id}, {name: city.name});
      case 'recode':
        return updateWhere(to, 'City', {id}, {code});
      case 'all':
        return updateWhere(to, 'City', {}, {name: city.name});
      default:
        return deleteById(to, 'City', id);
    }
  });

const anyBatch = fc.record({
  steps: fc.array(anyStep, {maxLength: 5}),
  fails: fc.boolean(),
  isKept: fc.boolean(),
});

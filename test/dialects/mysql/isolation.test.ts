import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {emulating, failureOf} from '../../support/dialects/emulated';
import {
  askOurs,
  differenceRows,
  keptAnswers,
  readIsolation,
} from '../../support/dialects/isolation-recording';
import {root} from '../../support/package/application';

const recording = readIsolation()!;

describe('transactions that meet, with emulate: mariadb', () => {
  it('answer as on MariaDB, or as is kept of those cells that differ', async function () {
    this.timeout(60_000);
    assert.deepEqual(await askOurs(), keptAnswers('here'));
  });

  it('answer the same when their statements are cut into slices', async function () {
    this.timeout(60_000);
    assert.deepEqual(await askOurs({yieldMs: 1}), keptAnswers('here'));
  });

  it('differ in all the cells of which that is kept', () => {
    const cells = Object.values(recording.cases).flatMap(Object.values);
    for (const {here, there} of cells) assert.notDeepEqual(here, there);
  });

  it('answer without a level as at READ COMMITTED, as there', async () => {
    const [reads, again] = ['T1 find {}', 'T1 find {} after the commit'];
    const {none} = recording.cases['a transaction without a level']!;
    assert.deepEqual(
      {[reads]: none!.there[0], [again]: none!.there[4]},
      {[reads]: '1:10 2:20', [again]: '1:11 2:20'},
    );
  });

  it('are in a table of docs/emulation-mysql.md where they differ', () => {
    const text = readFileSync(
      path.join(root, 'docs/emulation-mysql.md'),
      'utf8',
    );
    const [, section = ''] = text.split('### Where transactions differ\n');
    const rows = section
      .split(/^#/m)[0]!
      .split('\n')
      .filter(line => line.startsWith('|'))
      .slice(2)
      .map(line => line.split('|').slice(1, -1))
      .map(cells => cells.map(cell => cell.trim()));
    assert.deepEqual(rows, differenceRows(recording));
  });
});

describe('a transaction that a deadlock has ended, with emulate: mariadb', () => {
  async function ended(hazards: 'copy' | 'error') {
    const {Model} = emulating(
      {database: 'mariadb', hazards},
      {id: {type: Number, id: true}, v: Number},
    );
    await Model.create([
      {id: 1, v: 1},
      {id: 2, v: 2},
    ]);
    const [one, two] = [
      await Model.beginTransaction({}),
      await Model.beginTransaction({}),
    ];
    await Model.updateAll({id: 1}, {v: 11}, {transaction: one});
    await Model.updateAll({id: 2}, {v: 22}, {transaction: two});
    const waiting = Model.updateAll({id: 2}, {v: 21}, {transaction: one});
    const {code, errno, sqlState, message} = await failureOf(
      Model.updateAll({id: 1}, {v: 12}, {transaction: two}),
    );
    await waiting;
    await one.commit();
    return {Model, two, failure: {code, errno, sqlState, message}};
  }

  it('was told so as mysql2 does', async () => {
    const {failure} = await ended('error');
    assert.deepEqual(failure, {
      code: 'ER_LOCK_DEADLOCK',
      errno: 1213,
      sqlState: '40001',
      message:
        'Deadlock found when trying to get lock; try restarting transaction',
    });
  });

  it('refuses what would be done outside of it', async () => {
    const {Model, two} = await ended('error');
    const options = {transaction: two};
    for (const work of [Model.create({id: 3}, options), two.commit()]) {
      assert.equal((await failureOf(work)).code, 'EMULATION_HAZARD');
    }
    assert.equal(await Model.count(), 2);
  });

  it('does that as there where hazards are copied', async () => {
    const {Model, two} = await ended('copy');
    await Model.create({id: 3}, {transaction: two});
    assert.equal(await Model.count(), 3);
    await two.commit();
  });

  it('can be rolled back', async () => {
    const {Model, two} = await ended('error');
    await two.rollback();
    assert.equal((await Model.findById(2)).v, 21);
  });
});

import assert from 'node:assert/strict';
import type {Choose} from '../support/persistence/memory-files';
import {chooser} from '../support/persistence/kept';
import {
  copyValue,
  NaiveMigrations,
  type NaiveColumn,
  type NaiveDefinition,
  typeNames,
} from '../support/connector/naive-migrations';
import {Files} from '../support/connector/files';
import {
  type MigratingDataSource,
  openMigrating,
  stored,
} from '../support/connector/migrating';
import {seed} from '../support/random';

const names = ['a', 'b', 'c', 'd'];

/** A definition as LoopBack has it. */
function propertiesOf({columns, idType}: NaiveDefinition): object {
  const types = {Number, String, Boolean, Date};
  const all: Record<string, object> = {
    id: {type: types[idType], id: true},
  };
  for (const [name, column] of Object.entries(columns)) {
    const {type, isUnique, isRequired, isLossy, from, initial} = column;
    all[name] = {
      type: types[type],
      ...(isUnique && {index: {unique: true}}),
      ...(isRequired && {required: true}),
      ...(initial !== undefined && {default: initial}),
      memory: {
        backfill: true,
        lossy: isLossy,
        ...(from && {renamedFrom: from}),
      },
    };
  }
  return all;
}

/** A datasource on a file, in one process life after the other. */
class Lives {
  private db: MigratingDataSource | undefined;
  private copies = 0;
  private file = 'db.json';

  constructor(
    private readonly files: Files,
    private readonly choose: Choose,
  ) {}

  /** The datasource with the model as it is defined, maybe in a new life. */
  async defined(definition: NaiveDefinition): Promise<MigratingDataSource> {
    if (this.choose(3) === 0) await this.end();
    this.db ??= (await this.files.open({}, this.file)) as MigratingDataSource;
    this.db.define('M', propertiesOf(definition));
    return this.db;
  }

  /** Closes the file, or goes on from what a kill would have left. */
  async end(): Promise<void> {
    const {choose, db, file, files} = this;
    if (db === undefined) return;
    this.db = undefined;
    if (choose(2) === 0) await db.disconnect();
    else {
      const copy = `copy${++this.copies}.json`;
      for (const suffix of ['', '.journal']) {
        if (suffix === '' && !files.has(file)) continue;
        files.copy(`${file}${suffix}`, `${copy}${suffix}`);
      }
      this.file = copy;
    }
  }
}

function randomChange(
  {columns, idType}: NaiveDefinition,
  choose: Choose,
): NaiveDefinition {
  const next: Record<string, NaiveColumn> = {};
  // What a model says of its history it says until it is changed.
  for (const [name, {type, isUnique, isRequired}] of Object.entries(columns)) {
    next[name] = {type, isUnique, isRequired, isLossy: choose(3) === 0};
  }
  const type = typeNames[choose(typeNames.length)]!;
  const name = names[choose(names.length)]!;
  const column = next[name];
  if (column === undefined) {
    return {columns: withOneMore(next, name, choose), idType};
  }
  switch (choose(6)) {
    case 5:
      return {columns: exchanged(next, name, columns[name]!.from), idType};
    case 0:
      delete next[name];
      return {columns: next, idType};
    case 1:
      next[name] = {...column, isUnique: !column.isUnique};
      return {columns: next, idType};
    case 2:
      next[name] = {...column, isRequired: !column.isRequired};
      return {columns: next, idType};
    case 3:
      return {columns: next, idType: idType === 'Number' ? 'String' : 'Number'};
    default:
      next[name] = {...column, type};
      return {columns: next, idType};
  }
}

/** The columns with one of a new name, which may be one of them until now. */
function withOneMore(
  columns: Readonly<Record<string, NaiveColumn>>,
  name: string,
  choose: Choose,
): Record<string, NaiveColumn> {
  const type = typeNames[choose(typeNames.length)]!;
  const others = Object.keys(columns);
  const from = others[choose(Math.max(1, others.length))];
  if (from === undefined || choose(2) === 0) {
    const initial = choose(2) === 0 ? copyValue(type, choose) : undefined;
    const isNot = {isUnique: false, isRequired: false, isLossy: false};
    return {...columns, [name]: {type, initial, ...isNot}};
  }
  const next = {...columns};
  const renamed = {...next[from]!, from};
  delete next[from];
  next[name] = choose(2) === 0 ? renamed : {...renamed, type};
  // The name that is free then may go to another one at the same time.
  const heir = others[choose(others.length)]!;
  if (heir === from) return next;
  next[from] = {...next[heir]!, from: heir};
  delete next[heir];
  return next;
}

/** Has a column change names with another one, if it has not just done so. */
function exchanged(
  columns: Readonly<Record<string, NaiveColumn>>,
  name: string,
  former: string | undefined,
): Record<string, NaiveColumn> {
  const other = names.find(each => each !== name && each in columns);
  if (other === undefined || other === former) return {...columns};
  return {
    ...columns,
    [name]: {...columns[other]!, from: other},
    [other]: {...columns[name]!, from: name},
  };
}

/** Makes rows that the definition allows, in both. */
async function insertRows(
  db: MigratingDataSource,
  naive: NaiveMigrations,
  choose: Choose,
): Promise<void> {
  const M = db.getModel('M');
  for (let count = choose(4); count > 0; count--) {
    const row = naive.randomRow(choose);
    if (row === undefined) continue;
    const {id} = await M.create({...row});
    naive.insert(id, row);
  }
  const id = naive.someId(choose);
  if (id !== undefined && choose(3) === 0) {
    await M.deleteById(id);
    naive.rows.delete(id);
  }
}

/** Fails unless the table is what the naive rows are in a table made for them. */
async function assertSame(
  db: MigratingDataSource,
  naive: NaiveMigrations,
): Promise<void> {
  const fresh = openMigrating();
  const M = fresh.define('M', propertiesOf(naive.definition));
  for (const [id, row] of naive.rows) await M.create({...row, id});
  const sorted = (rows: object[]) => rows.map(row => sortedMembers(row));
  assert.deepEqual(sorted(stored(db)), sorted(stored(fresh)));
  const {database} = db.connector;
  assert.deepEqual(database.verify(), []);
  assert.deepEqual(
    database.head.tables.get('M')?.schema,
    fresh.connector.database.head.tables.get('M')?.schema,
  );
}

/** A row without what is null, its members in the order of their names. */
function sortedMembers(row: object): object {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null && value !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function live(files: Files, choose: Choose): Promise<number> {
  const naive = new NaiveMigrations();
  const lives = new Lives(files, choose);
  let refusals = 0;
  for (let step = 0; step < 8; step++) {
    const next = randomChange(naive.definition, choose);
    let db = await lives.defined(next);
    const isDone = naive.migrate(next);
    const failure = await db.autoupdate().catch((error: unknown) => error);
    if (isDone) assert.equal(failure, undefined);
    else {
      refusals++;
      assert.equal((failure as {code?: string}).code, 'MIGRATION_REFUSED');
      db = await lives.defined(naive.definition);
    }
    await assertSame(db, naive);
    assert.equal(await db.isActual(), true);
    await insertRows(db, naive, choose);
    await assertSame(await lives.defined(naive.definition), naive);
  }
  await lives.end();
  return refusals;
}

describe('Any sequence of schema changes with autoupdate', () => {
  const sequences = Number(process.env['MIGRATIONS'] ?? 3);

  it('has the rows of a naive twin in a table made for the last schema', async () => {
    let refusals = 0;
    let done = 0;
    for (let i = 0; i < sequences; i++) {
      const files = new Files();
      try {
        refusals += await live(files, chooser(seed + i));
        done++;
      } catch (error) {
        throw new Error(`FC_SEED=${seed + i}: ${(error as Error).message}`, {
          cause: error,
        });
      } finally {
        await files.remove();
      }
    }
    console.log(`      ${refusals} migrations were refused`);
    assert.equal(done, sequences);
  });
});

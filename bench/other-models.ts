import type {
  AnyObject,
  DataSource,
  ModelBaseClass,
} from 'loopback-datasource-juggler';
import type {Database} from '../lib/database/database';
import {
  deleteById,
  insert,
  select,
  updateWhere,
} from '../lib/database/statements';
import {noRules} from '../lib/schema/rules';
import type {IndexDefinition, TableSchema} from '../lib/schema/schema';
import {seededRandom, shuffled} from './random';

/*
 * An application has some thirty models, and code that has seen the rows of thirty is another one to the engine than
 * code that has seen those of one. So before anything is measured, thirty models are used that have other shapes than the
 * bench's own.
 */

const modelCount = 30;
const passes = 12;
const createdInPass = 4;
const firstDay = Date.UTC(2024, 0, 1);
const dayMs = 24 * 60 * 60 * 1000;

type ColumnType = 'string' | 'number' | 'boolean' | 'date';
type Value = string | number | boolean | Date;

/** What models of an application have in common, and the types that it has among them. */
const common: readonly (readonly [string, readonly ColumnType[]])[] = [
  ['name', ['string']],
  ['createdAt', ['date', 'date', 'string']],
  ['status', ['string', 'number', 'string']],
];

/** Names that two models of three share with the bench's own. */
const likeItems: typeof common = [
  ['code', ['string', 'number']],
  ['price', ['number']],
  ['stock', ['number', 'string']],
  ['isActive', ['boolean']],
  ['group', ['number', 'string']],
];

const ownTypes: readonly ColumnType[] = ['string', 'number', 'date', 'boolean'];

/** A model as the bench thinks of it. */
interface Shape {
  readonly name: string;
  /** The columns but for `id`, in their order. */
  readonly columns: ReadonlyMap<string, ColumnType>;
  /** Where among the columns `id` stands. */
  readonly idPlace: number;
  readonly indexed: ReadonlySet<string>;
}

/** The operations by which a model is used. */
interface OtherTable {
  create(row: Record<string, Value>): Promise<number>;
  find(filter: AnyObject): Promise<readonly unknown[]>;
  findById(id: number): Promise<unknown>;
  update(id: number, change: Record<string, Value>): unknown;
  remove(id: number): unknown;
}

/** Defines thirty models on a connected datasource and uses them; rejects where an answer is wrong. */
export async function useOtherModels(dataSource: DataSource): Promise<void> {
  const shapes = makeShapes();
  await useTables(
    shapes,
    shapes.map(shape => openModel(dataSource, shape)),
  );
}

/** The same below the connector. */
export async function useOtherTables(database: Database): Promise<void> {
  const shapes = makeShapes();
  await useTables(
    shapes,
    shapes.map(shape => openTable(database, shape)),
  );
}

function makeShapes(): Shape[] {
  const random = seededRandom(modelCount);
  return Array.from({length: modelCount}, (_, place) => {
    const typed = [...common, ...(place % 3 === 0 ? [] : likeItems)].map(
      ([name, types]) => [name, types[place % types.length]!] as const,
    );
    const own = Array.from(
      {length: 2 + (place % 5)},
      (_, number) =>
        [`own${place}x${number}`, ownTypes[(place + number) % 4]!] as const,
    );
    const all = [...typed, ...own];
    const columns = shuffled(all.length, random).map(index => all[index]!);
    const indexed = columns.filter((_, index) => index % 4 === place % 4);
    return {
      name: `Other${place}`,
      columns: new Map(columns),
      idPlace: place % (columns.length + 1),
      indexed: new Set(indexed.map(([name]) => name)),
    };
  });
}

/** The columns of a shape as entries of an object, `id` at its place among them. */
function withId<T>(
  {columns, idPlace}: Shape,
  id: T,
  of: (name: string, type: ColumnType) => T,
): Record<string, T> {
  const entries = [...columns].map(([name, type]) => [name, of(name, type)]);
  return Object.fromEntries(entries.toSpliced(idPlace, 0, ['id', id]));
}

async function useTables(
  shapes: readonly Shape[],
  tables: readonly OtherTable[],
): Promise<void> {
  for (let pass = 0; pass < passes; pass++) {
    for (const [place, table] of tables.entries()) {
      await useTable(table, shapes[place]!, pass);
    }
  }
}

async function useTable(
  table: OtherTable,
  {name, columns, indexed}: Shape,
  pass: number,
): Promise<void> {
  const ids: number[] = [];
  for (let made = 0; made < createdInPass; made++) {
    const number = pass * createdInPass + made;
    const row = [...columns].map(([name, type]) => [
      name,
      valueOfType[type](number),
    ]);
    ids.push(await table.create(Object.fromEntries(row)));
  }
  const free = [...columns].filter(([name]) => !indexed.has(name));
  const [first, firstType] = free[pass % free.length]!;
  const ordered = free.filter(([, type]) => type !== 'boolean');
  const [second, secondType] = ordered[pass % ordered.length]!;
  const number = pass * createdInPass;
  const equal = {[first]: valueOfType[firstType](number)};
  const below = {[second]: {lte: valueOfType[secondType](number)}};
  const found = await table.find({where: {and: [equal, below]}});
  const sorted = await table.find({order: [`${first} ASC`], limit: 5});
  const one = await table.findById(ids[0]!);
  if (found.length === 0 || sorted.length === 0 || !one) {
    throw new Error(`${name} does not have its rows.`);
  }
  await table.update(ids[1]!, {[first]: valueOfType[firstType](number + 1)});
  await table.remove(ids[2]!);
}

const valueOfType: Readonly<Record<ColumnType, (number: number) => Value>> = {
  string: number => `text ${1000 + number}`,
  number: number => number,
  boolean: number => number % 2 === 0,
  date: number => new Date(firstDay + number * dayMs),
};

const jugglerTypes = {
  string: String,
  number: Number,
  boolean: Boolean,
  date: Date,
};

interface OtherModel extends ModelBaseClass {
  create(row: object): Promise<{id: number}>;
  find(filter: AnyObject): Promise<unknown[]>;
  findById(id: number): Promise<unknown>;
  updateAll(where: AnyObject, change: object): Promise<unknown>;
  deleteById(id: number): Promise<unknown>;
}

function openModel(dataSource: DataSource, shape: Shape): OtherTable {
  const model = dataSource.createModel<OtherModel>(
    shape.name,
    withId<object>(
      shape,
      {type: Number, id: true, generated: true},
      (name, type) => ({
        type: jugglerTypes[type],
        index: shape.indexed.has(name),
      }),
    ),
  );
  return {
    create: async row => (await model.create(row)).id,
    find: filter => model.find(filter),
    findById: id => model.findById(id),
    update: (id, change) => model.updateAll({id}, change),
    remove: id => model.deleteById(id),
  };
}

function openTable(database: Database, shape: Shape): OtherTable {
  const {name, indexed} = shape;
  const schema: TableSchema = {
    name,
    primaryKey: ['id'],
    idGeneration: 'number',
    columns: withId<ColumnType>(shape, 'number', (_, type) => type),
    indexes: [...indexed].map((path): IndexDefinition => ({
      name: path,
      kind: 'ordered',
      keys: [{path, direction: 1}],
      isUnique: false,
    })),
    foreignKeys: [],
    ...noRules,
  };
  database.declare(name, schema);
  const find = async (filter: AnyObject): Promise<readonly unknown[]> =>
    database.view(version => select(version, name, filter));
  return {
    async create(row) {
      const [made] = await database.write(writer =>
        insert(writer, name, [row]),
      );
      return made!['id'] as number;
    },
    find,
    findById: async id => (await find({where: {id}, limit: 1}))[0],
    update: (id, change) =>
      database.write(writer => updateWhere(writer, name, {id}, change)),
    remove: id => database.write(writer => deleteById(writer, name, id)),
  };
}

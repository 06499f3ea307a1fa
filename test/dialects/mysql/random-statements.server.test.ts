import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {DataSource} from 'loopback-datasource-juggler';
import {
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../../support/connector/data-source';
import {
  mysqlDatabase,
  mysqlUrl,
  type TestDatabase,
} from '../../support/transfer/databases';

const properties = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, length: 12, index: {unique: true}},
  note: {type: String},
  rank: {type: Number},
  price: {
    type: Number,
    mysql: {dataType: 'decimal', dataPrecision: 8, dataScale: 2},
  },
  size: {type: Number, dataType: 'float'},
  isOpen: {type: Boolean},
  at: {type: Date},
  more: {type: Object},
  title: {type: String, required: true},
};

const letters = 'a A b B z Z ä É ß s _ % 1 😀 -'.split(' ').concat(' ');
const texts = fc
  .array(fc.constantFrom(...letters), {maxLength: 14})
  .map(all => all.join(''));
const numbers = fc.oneof(
  fc.integer({min: -5, max: 5}),
  fc.double({min: -1e7, max: 1e7, noNaN: true}).map(n => Number(n.toFixed(3))),
  fc.constantFrom(2_147_483_647, 2_147_483_648, Number.NaN, 0.5, -2.5),
);
const dates = fc.date({
  min: new Date('1000-01-01'),
  max: new Date('9999-12-31'),
  noInvalidDate: true,
});
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: texts,
  note: texts,
  rank: numbers,
  price: numbers,
  size: fc.integer({min: -1000, max: 1000}).map(n => n / 8),
  isOpen: fc.boolean(),
  at: dates,
  more: fc.dictionary(fc.constantFrom('a', 'b'), fc.integer()),
  title: texts,
};
const rows = fc.record(
  {
    ...Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        fc.option(value, {freq: 5}),
      ]),
    ),
    title: texts,
  },
  {requiredKeys: ['title']},
);

const operands = (name: string) => {
  const value = values[name]!;
  return fc.oneof(
    value,
    fc.constant(null),
    ...['gt', 'gte', 'lt', 'lte', 'neq'].map(operator =>
      value.map(operand => ({[operator]: operand})),
    ),
    fc.array(value, {maxLength: 3}).map(inq => ({inq})),
    fc.array(value, {maxLength: 3}).map(nin => ({nin})),
    fc.tuple(value, value).map(between => ({between})),
  );
};
const compared = ['name', 'note', 'rank', 'price', 'size', 'isOpen', 'at'];
const wheres: fc.Arbitrary<object> = fc.oneof(
  ...compared.map(name => operands(name).map(operand => ({[name]: operand}))),
  texts.map(like => ({note: {like}})),
  texts.map(nlike => ({name: {nlike}})),
);

type Statement = (model: Model) => Promise<unknown>;

/** A statement, and how it is shown. */
interface Shown {
  readonly shown: string;
  readonly run: Statement;
}

const statements: fc.Arbitrary<Shown> = fc.oneof(
  {
    weight: 3,
    arbitrary: rows.map(row => ({
      shown: `create ${text(row)}`,
      run: (model: Model) => model.create({...row}),
    })),
  },
  fc
    .tuple(rows, fc.option(fc.integer({min: 1, max: 6}), {nil: undefined}))
    .map(([row, id]) => ({
      shown: `upsert ${id} ${text(row)}`,
      run: (model: Model) => model.upsert({...row, ...(id && {id})}),
    })),
  fc.tuple(wheres, rows).map(([where, row]) => ({
    shown: `updateAll ${text(where)} ${text(row)}`,
    run: (model: Model) => model.updateAll(where, {...row}),
  })),
  wheres.map(where => ({
    shown: `destroyAll ${text(where)}`,
    run: (model: Model) => model.destroyAll(where),
  })),
  fc
    .tuple(wheres, fc.constantFrom(...compared), fc.constantFrom('ASC', 'DESC'))
    .map(([where, name, direction]) => ({
      shown: `find ${text(where)} ${name} ${direction}`,
      run: (model: Model) =>
        model.find({where, order: [`${name} ${direction}`, 'id']}),
    })),
);

function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    Number.isNaN(each) ? 'NaN' : each,
  );
}

/**
 * What comes of a statement, without near what SQL is wrong, and without the row,
 * which depends on the index that the server takes.
 */
async function outcome(statement: Statement, model: Model): Promise<string> {
  try {
    return text(await statement(model));
  } catch (error) {
    const {code, errno, message, sqlState, statusCode} = error as Error &
      Record<string, unknown>;
    const said = message.replace(/near .*|at row \d+$/s, '');
    return text({code, errno, said, sqlState, statusCode});
  }
}

describe('emulate: mariadb beside a server', () => {
  if (mysqlUrl === undefined) {
    // Skipped without a server: TEST_MYSQL_URL=mysql://root@127.0.0.1:3306
    it('is tried where TEST_MYSQL_URL names a server');
    return;
  }
  let database: TestDatabase;
  let server: TestDataSource;

  before(async () => {
    database = await mysqlDatabase();
    server = new DataSource({
      ...database.config,
    }) as unknown as TestDataSource;
    await server.connect();
  });

  after(async () => {
    await server.disconnect();
    await database.drop();
  });

  it('answers random statements as the server does', async function () {
    this.timeout(120_000);
    const theirs: Model = server.define('City', properties, {forceId: false});
    const config = {database: database.config!['database'] as string};
    await fc.assert(
      fc.asyncProperty(
        fc.array(statements, {minLength: 10, maxLength: 25}),
        async list => {
          await server.automigrate('City');
          const dataSource = makeDataSource({
            ...config,
            emulate: {database: 'mariadb', hazards: 'copy'},
          });
          const ours: Model = dataSource.define('City', properties, {
            forceId: false,
          });
          for (const {shown, run} of list) {
            const [expected, actual] = [
              await outcome(run, theirs),
              await outcome(run, ours),
            ];
            assert.equal(actual, expected, shown);
          }
          const all: Statement = model => model.find();
          assert.equal(await outcome(all, ours), await outcome(all, theirs));
          assert.deepEqual(dataSource.connector.database.verify(), []);
        },
      ),
      {numRuns: 40, seed: Number(process.env['FC_SEED'] ?? 1)},
    );
  });
});

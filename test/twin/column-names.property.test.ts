import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {makeDataSource} from '../support/connector/data-source';
import {seed} from '../support/random';
import {propertiesOf} from '../support/twin/model';
import {
  schema as anySchema,
  type TestSchema,
} from '../support/twin/schema.arbitrary';
import {isSame, show} from '../support/twin/show';
import {
  type AskedConnector,
  askConnector,
  showStatement,
  type Statement,
} from '../support/twin/statement';
import {type Outline, outline} from '../support/twin/statement.arbitrary';
import {columns} from '../support/twin/values.arbitrary';
import type {InMemoryConnector} from '../../index';

const model = 'Row';
const leastStatements = Number(process.env['NAMED_STATEMENTS'] ?? 5_000);

type Connector = AskedConnector & InMemoryConnector;

/**
 * Names of columns; among them those of properties that rows have and the model
 * may not declare, and some that no text of an order could have in it.
 */
const columnNames = [
  ...Object.keys(columns),
  'first column',
  'b, c',
  'COLUMN',
  'id2',
];

/** For some properties the column in which they are stored; no two have one. */
function namesFor(schema: TestSchema): fc.Arbitrary<Map<string, string>> {
  const properties = Object.keys(propertiesOf(schema));
  // In an index the name of a column would be that column.
  const indexed = new Set(
    [...schema.indexes, ...schema.unique]
      .flatMap(({keys}) => Object.keys(keys))
      .map(path => path.split('.')[0]!),
  );
  return fc
    .tuple(
      fc.subarray(properties, {minLength: 1}),
      fc.shuffledSubarray(columnNames, {minLength: columnNames.length}),
    )
    .map(([named, names]) => {
      const free = names.filter(
        name =>
          named.includes(name) ||
          (!properties.includes(name) && !indexed.has(name)),
      );
      return new Map(
        named.flatMap((property, i) =>
          free[i] === undefined ? [] : [[property, free[i]] as const],
        ),
      );
    });
}

function connect(
  schema: TestSchema,
  names: ReadonlyMap<string, string>,
): Connector {
  const dataSource = makeDataSource();
  const properties = Object.entries(propertiesOf(schema)).map(
    ([name, property]) => {
      const columnName = names.get(name);
      const memory = columnName === undefined ? {} : {memory: {columnName}};
      return [name, {...property, ...memory}];
    },
  );
  const indexes = [...schema.indexes, ...schema.unique].map(
    (index, i) => [`index${i}`, index] as const,
  );
  dataSource.define(model, Object.fromEntries(properties), {
    strict: false,
    indexes: Object.fromEntries(indexes),
  });
  return dataSource.connector as unknown as Connector;
}

/** All that a connector says to a statement, what it says of errors too. */
async function everything(
  connector: Connector,
  statement: Statement,
): Promise<unknown> {
  const words: unknown[] = [];
  const noting = Object.create(connector, {
    [statement.kind]: {
      value: (...args: unknown[]) => {
        const callback = args.pop() as (...results: unknown[]) => void;
        const noted = (error: Error | null, ...results: unknown[]) => {
          if (error) {
            const {details} = error as Error & {details?: object};
            words.push(error.message, {...details});
          }
          callback(error, ...results);
        };
        const method = connector[statement.kind] as (...all: unknown[]) => void;
        method.call(connector, ...args, noted);
      },
    },
  }) as Connector;
  const {answer} = await askConnector(noting, model, statement);
  return [answer, words];
}

/** Statements that lead to two answers, as a reader would write them. */
function story(
  schema: TestSchema,
  names: ReadonlyMap<string, string>,
  statements: readonly Statement[],
): string {
  const columns = [...names].map(([name, column]) => `${name} in "${column}"`);
  return [
    `model ${show(propertiesOf(schema))}`,
    `indexes ${show([...schema.indexes, ...schema.unique])}`,
    `columns ${columns.join(', ')}`,
    ...statements.map(statement => `  ${showStatement(statement)}`),
  ].join('\n');
}

/** Fails with the story of a failure, and with what repeats it. */
function tell<T>({errorInstance, failed, seed}: fc.RunDetails<T>): void {
  if (!failed) return;
  const {message} = errorInstance as Error;
  throw new Error(`FC_SEED=${seed}\n${message}`, {cause: errorInstance});
}

describe('a model with columns of other names', () => {
  /** How many statements were answered, and how many of them with an error. */
  const tally = {asked: 0, refused: 0};

  async function agree(
    schema: TestSchema,
    names: ReadonlyMap<string, string>,
    outlines: readonly Outline[],
  ): Promise<void> {
    const plain = connect(schema, new Map());
    const named = connect(schema, names);
    const statements: Statement[] = [];
    for (const make of outlines) {
      const stored: unknown[] = [];
      plain.database.head.tables
        .get(model)!
        .rows.forEach(row => void stored.push(row['id']));
      const statement = make({kind: schema.idKind, stored});
      statements.push(statement);
      const [expected, actual] = [
        await everything(plain, statement),
        await everything(named, statement),
      ];
      if (!isSame(actual, expected)) {
        assert.fail(
          `${story(schema, names, statements)}\nThe last one answers\n` +
            `  ${show(actual)}\nand with columns of their own names\n` +
            `  ${show(expected)}`,
        );
      }
      tally.asked++;
      if ((expected as unknown[][])[1]!.length > 0) tally.refused++;
    }
    assert.deepEqual(named.database.verify(), []);
    const filter: Statement = {kind: 'all', operands: [{}]};
    assert.ok(
      isSame(await everything(named, filter), await everything(plain, filter)),
    );
  }

  it('answers as one with columns of their own names does', async function () {
    this.timeout(300_000);
    const runs = anySchema.chain(schema =>
      fc.tuple(
        fc.constant(schema),
        namesFor(schema),
        fc.array(outline, {minLength: 100, maxLength: 100}),
      ),
    );
    for (let round = 0; tally.asked < leastStatements; round++) {
      await fc.assert(
        fc.asyncProperty(runs, ([schema, names, outlines]) =>
          agree(schema, names, outlines),
        ),
        {seed: seed + round, numRuns: 20, reporter: tell},
      );
    }
  });

  it('was refused some statements, in the same words', () => {
    assert.ok(tally.refused > 0);
  });
});

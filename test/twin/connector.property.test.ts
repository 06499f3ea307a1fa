import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {DataSource} from 'loopback-datasource-juggler';
import * as inMemory from '../../index';
import type {InMemoryConnector} from '../../index';
import {seed} from '../support/random';
import {propertiesOf} from '../support/twin/model';
import {
  type DeclaredIndex,
  schema as anySchema,
  type TestSchema,
} from '../support/twin/schema.arbitrary';
import {
  type Answer,
  askConnector,
  type AskedConnector,
  askTwin,
  type Asked,
  idsIn,
  isWrite,
  showStatement,
  spoil,
  type Statement,
} from '../support/twin/statement';
import {
  type IdKind,
  type Outline,
  outline,
} from '../support/twin/statement.arbitrary';
import {isSame, show} from '../support/twin/show';
import {Twin} from '../support/twin/twin';
import {compareValues, type Row} from '../support/twin/value';

const model = 'Row';
const leastStatements = Number(process.env['TWIN_STATEMENTS'] ?? 10_000);

type Connector = AskedConnector & Pick<InMemoryConnector, 'database'>;

/** A twin and the two connectors that must agree with it. */
interface Trio {
  readonly idKind: IdKind;
  readonly twin: Twin;
  readonly connectors: Readonly<Record<string, Connector>>;
  /** The statements so far that may have changed rows. */
  writes: number;
}

/**
 * After so many writes all rows are looked at, and at the end of a run. What a
 * statement breaks stays broken, so looking each time would find no more, and
 * would take half of the time.
 */
const writesBetweenLooks = 3;

/** How many statements ran, by kind and by what came of them. */
const tally = new Map<string, number>();

function count(key: string): void {
  tally.set(key, (tally.get(key) ?? 0) + 1);
}

/** One statement that the trio must answer alike. */
class StatementCommand implements fc.AsyncCommand<object, Trio> {
  private statement: Statement | undefined;

  constructor(private readonly outline: Outline) {}

  /** Each run of a command has a text of its own. */
  [fc.cloneMethod](): StatementCommand {
    return new StatementCommand(this.outline);
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, trio: Trio): Promise<void> {
    const {twin, idKind, connectors} = trio;
    const statement = this.outline({kind: idKind, stored: twin.ids()});
    this.statement = statement;
    const asked: [string, Asked][] = [];
    for (const [name, connector] of Object.entries(connectors)) {
      asked.push([name, await askConnector(connector, model, statement)]);
    }
    twin.learnIds(generatedIds(statement, asked[0]![1].answer));
    const expected = askTwin(twin, statement);
    count('statements');
    count(`${statement.kind}, ${outcomeOf(expected)}`);
    for (const [name, {answer, given}] of asked) {
      assertSame(answer, expected, `the answer ${name}`);
      // Rows must not be shared with callers: what they change is theirs.
      spoil([answer, given]);
    }
    if (isWrite(statement) && ++trio.writes % writesBetweenLooks === 0) {
      await assertSameRows(trio);
    }
  }

  toString(): string {
    return `\n  ${this.statement ? showStatement(this.statement) : '-'}`;
  }
}

async function assertSameRows({twin, connectors}: Trio): Promise<void> {
  const everything: Statement = {kind: 'all', operands: [{}]};
  const expected = askTwin(twin, everything);
  for (const [name, connector] of Object.entries(connectors)) {
    assert.deepEqual(connector.database.verify(), [], `verify ${name}`);
    const {answer} = await askConnector(connector, model, everything);
    assertSame(answer, expected, `the rows ${name}`);
  }
}

function assertSame(actual: Answer, expected: Answer, what: string): void {
  if (!isSame(actual, expected)) {
    assert.equal(show(actual), show(expected), what);
    assert.fail(`${what} differs in a way that is not shown`);
  }
}

/** What came of a statement, for the tally. */
function outcomeOf(answer: Answer): string {
  if ('statusCode' in answer) return `refused ${String(answer.statusCode)}`;
  const [result] = answer.results;
  if (Array.isArray(result)) return result.length > 0 ? 'something' : 'nothing';
  const count = (result as {count?: number} | null)?.count ?? result;
  const isNothing = count === null || count === 0 || count === false;
  return isNothing ? 'nothing' : 'something';
}

/** The ids of those rows of an answer that were handed in without one. */
function generatedIds({kind, operands}: Statement, answer: Answer): unknown[] {
  const given = [operands.at(-1)].flat() as (Row | undefined)[];
  return idsIn(kind, answer).filter((_, i) => given[i]?.['id'] === undefined);
}

function connect(
  schema: TestSchema,
  indexes: readonly DeclaredIndex[],
): Connector {
  const dataSource = new DataSource({connector: inMemory});
  dataSource.createModel(model, propertiesOf(schema), {
    strict: false,
    indexes: Object.fromEntries(
      indexes.map((index, i) => [`index${i}`, index]),
    ),
  });
  return dataSource.connector as unknown as Connector;
}

function trioOf(schema: TestSchema): Trio {
  const {idKind, types, indexes, unique} = schema;
  return {
    idKind,
    twin: new Twin({
      types: {...types, id: idKind === 'generated' ? 'Number' : 'String'},
      unique: unique.map(({keys}) => Object.keys(keys)),
    }),
    connectors: {
      'without indexes': connect(schema, unique),
      'with indexes': connect(schema, [...indexes, ...unique]),
    },
    writes: 0,
  };
}

describe('the connector and its naive twin', () => {
  it('give the same answers, with and without indexes', async function () {
    this.timeout(600_000);
    const commands = fc.commands(
      [outline.map(outline => new StatementCommand(outline))],
      {maxCommands: 300, size: 'max'},
    );
    const property = fc.asyncProperty(
      anySchema,
      commands,
      async (schema, commands) => {
        const trio = trioOf(schema);
        await fc.asyncModelRun(() => ({model: {}, real: trio}), commands);
        await assertSameRows(trio);
      },
    );
    for (let round = 0; (tally.get('statements') ?? 0) < leastStatements;) {
      await fc.assert(property, {seed: seed + round++, numRuns: 50});
    }
  });

  it(`have answered at least ${leastStatements} statements`, () => {
    for (const [outcome, times] of [...tally].sort(compareValues)) {
      console.log(`      ${String(times).padStart(7)} ${outcome}`);
    }
    assert((tally.get('statements') ?? 0) >= leastStatements);
  });
});

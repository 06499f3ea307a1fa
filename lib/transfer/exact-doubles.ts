import {getOwn, type Row, setOwn} from '../value/copy';
import type {CopyModel} from './copy-models';
import type {JugglerDataSource} from './juggler';
import {keyText} from './row-hash';

/*
 * MariaDB writes doubles into an answer with 17 characters at most where the driver
 * asks for texts, as LoopBack's connector does: 985841803.4688791 is read as
 * 985841803.4688792. CAST(... AS CHAR) writes all digits.
 */

/** The columns of doubles that a model has, of which an answer lacks digits. */
export interface Doubles {
  readonly table: string;
  /** The properties of the id, each with its column, quoted. */
  readonly key: readonly Named[];
  readonly doubles: readonly Named[];
}

type Named = readonly [property: string, column: string];

/** Asks a database for {@link Doubles}; undefined where all are told exactly. */
export async function inexactDoubles(
  dataSource: JugglerDataSource,
  {key, name, properties}: CopyModel,
): Promise<Doubles | undefined> {
  const {connector} = dataSource;
  if (connector.name !== 'mysql' || key.length === 0) return undefined;
  const found = (await dataSource.execute(
    'SELECT column_name AS name FROM information_schema.columns ' +
      "WHERE table_schema = DATABASE() AND table_name = ? AND data_type = 'double' " +
      "AND VERSION() LIKE '%MariaDB%'",
    [connector.table!(name)],
  )) as {name: string}[];
  const columns = new Set(found.map(column => column.name));
  const named = (property: string): Named => [
    property,
    connector.columnEscaped!(name, property),
  ];
  const doubles = properties
    .filter(property => columns.has(connector.column!(name, property)))
    .map(named);
  if (doubles.length === 0) return undefined;
  return {
    table: connector.tableEscaped!(name),
    key: key.map(named),
    doubles,
  };
}

/** Gives rows that were read the doubles that are stored. */
export async function readExactly(
  dataSource: JugglerDataSource,
  {doubles, key, table}: Doubles,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = [
    ...key.map(([, column], i) => `${column} AS k${i}`),
    ...doubles.map(([, column], i) => `CAST(${column} AS CHAR) AS d${i}`),
  ];
  const tuple = key.map(([, column]) => column).join(', ');
  const ids = rows.map(row => key.map(([property]) => getOwn(row, property)));
  const found = (await dataSource.execute(
    `SELECT ${columns.join(', ')} FROM ${table} WHERE (${tuple}) IN (?)`,
    [key.length === 1 ? ids.flat() : ids],
  )) as Row[];
  const names = key.map((_, i) => `k${i}`);
  const exact = new Map(found.map(each => [keyText(each, names), each]));
  const keyNames = key.map(([property]) => property);
  for (const row of rows) {
    const values = exact.get(keyText(row, keyNames));
    if (values === undefined) continue;
    for (const [i, [property]] of doubles.entries()) {
      const text = getOwn(values, `d${i}`) ?? undefined;
      if (text !== undefined) setOwn(row, property, Number(text));
    }
  }
}

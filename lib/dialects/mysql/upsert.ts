import {andThen, type Cuttable} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {Row} from '../../value/copy';
import {OneOfTexts, type TextOrder} from '../../value/text-order';
import {equalValues} from '../../value/compare';
import type {EmulatedTable, StatementParts} from '../dialect';

type Statements = typeof ours;
type RowCopy = Record<string, unknown>;

/**
 * `save`, `updateOrCreate` and `replaceOrCreate` as loopback-connector-mysql has
 * them: INSERT ... ON DUPLICATE KEY UPDATE. A row with the id, or else with a
 * unique key, of the new one is changed in its place.
 */
export function mysqlStatements(
  statements: Statements,
  {generator, rows, table}: StatementParts,
): Pick<Statements, 'upsert'> {
  return {
    upsert(writer, name, properties, mode) {
      const given =
        mode === 'replace' ? withAll(properties as Row, table) : properties;
      const row = rows.rowOf(given, {generated: generator(writer, name)});
      const taken = firstTaken(statements, writer, {name, row, table});
      return andThen(taken, before => {
        if (before === undefined) {
          return andThen(statements.insert(writer, name, [row]), ([stored]) =>
            written(properties, idIn(stored!, table)),
          );
        }
        const patch = rows.patchOf(given);
        const {texts} = writer.version.dialect;
        const names = table.ids.map(({property}) => property);
        const where = whereOf(names, before, texts)!;
        const updated = statements.updateWhere(writer, name, where, patch);
        return andThen(updated, () =>
          written(
            properties,
            isChange(patch, before) ? idIn(before, table) : undefined,
          ),
        );
      });
    },
  };
}

/** All properties, as a replacement names them. */
function withAll(properties: Row, {byProperty}: EmulatedTable): RowCopy {
  return Object.fromEntries(
    [...byProperty.values()]
      .filter(({isGenerated, property}) => !isGenerated || properties[property])
      .map(({property}) => [property, properties[property]]),
  );
}

/** The row that has the id, or else a unique key, of a row to insert. */
function firstTaken(
  statements: Statements,
  writer: Writer,
  {
    name,
    row,
    table,
  }: {readonly name: string; readonly row: Row; readonly table: EmulatedTable},
): Cuttable<RowCopy | undefined> {
  const {dialect, tables} = writer.version;
  const {indexes} = tables.get(name)!.schema;
  const propertyOf = (path: string) =>
    table.columns.find(column => column.name === path)?.property ?? path;
  const keys = [
    table.ids.map(({property}) => property),
    ...indexes
      .filter(({isUnique}) => isUnique)
      .map(index => index.keys.map(({path}) => propertyOf(path))),
  ];
  const wheres = keys
    .map(key => whereOf(key, row, dialect.texts))
    .filter(where => where !== undefined);
  const find = (from: number): Cuttable<RowCopy | undefined> => {
    if (from === wheres.length) return undefined;
    const found = statements.select(writer, name, {
      where: wheres[from],
      limit: 1,
    });
    return andThen(found, ([first]) => first ?? find(from + 1));
  };
  return find(0);
}

/** The where of the values of a key; undefined where it has not all of them. */
function whereOf(
  key: readonly string[],
  row: Row,
  texts: TextOrder | undefined,
): RowCopy | undefined {
  const where: RowCopy = {};
  for (const name of key) {
    const value = row[name] ?? null;
    if (value === null) return undefined;
    where[name] =
      typeof value === 'string' && texts !== undefined
        ? new OneOfTexts([value], texts)
        : value;
  }
  return where;
}

function isChange(patch: Row, before: Row): boolean {
  return Object.keys(patch).some(
    name => !equalValues(patch[name] ?? null, before[name] ?? null),
  );
}

/** The id that the server tells: none but that of an AUTO_INCREMENT column. */
function idIn(row: Row, {ids}: EmulatedTable): unknown {
  const [first] = ids;
  return first?.isGenerated ? row[first.property] : undefined;
}

/** The connector sets `id`, whatever the property is called. */
function written(properties: object, id: unknown) {
  const row: RowCopy = {...properties};
  if (id !== undefined) row['id'] = id;
  // It cannot tell whether the row is new.
  return {row, isNew: undefined as unknown as boolean};
}

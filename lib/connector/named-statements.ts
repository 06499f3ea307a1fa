import {andThen, mapped} from '../base/cuttable';
import * as statements from '../database/statements';
import type {ColumnNames} from './column-names';

/** The statements of a database, as a model has them. */
export type Statements = typeof statements;

/**
 * The statements for a model whose properties have columns of other names: they
 * take and give what has the names of properties. The statements themselves where
 * there are no such names.
 */
export function statementsFor(names: ColumnNames | undefined): Statements {
  return names === undefined
    ? statements
    : {...statements, ...readsFor(names), ...writesFor(names)};
}

type Row = Readonly<Record<string, unknown>>;

function readsFor(
  names: ColumnNames,
): Pick<
  Statements,
  'select' | 'countRows' | 'explainQuery' | 'planText' | 'findById' | 'hasId'
> {
  return {
    select: (view, table, filter) =>
      andThen(statements.select(view, table, names.filterIn(filter)), rows =>
        mapped(rows, row => names.rowOut(row), view.isCut),
      ),
    countRows: (view, table, where) =>
      statements.countRows(view, table, names.whereIn(where)),
    explainQuery: (view, table, filter) =>
      statements.explainQuery(view, table, names.filterIn(filter)),
    planText: (view, table, filter) =>
      statements.planText(view, table, names.filterIn(filter)),
    findById(view, table, id) {
      const row = statements.findById(view, table, names.idIn(id));
      return row && names.rowOut(row);
    },
    hasId: (view, table, id) => statements.hasId(view, table, names.idIn(id)),
  };
}

function writesFor(
  names: ColumnNames,
): Omit<Statements, keyof ReturnType<typeof readsFor>> {
  const rowOut = (row: Row) => names.rowOut(row);
  const written = ({row, isNew}: statements.Written) => ({
    row: names.rowOut(row),
    isNew,
  });
  return {
    ...insertionsFor(names),
    updateWhere: (writer, table, where, properties) =>
      statements.updateWhere(
        writer,
        table,
        names.whereIn(where),
        names.patchIn(properties),
      ),
    replaceWhere: (writer, table, where, change) =>
      statements.replaceWhere(writer, table, names.whereIn(where), row =>
        names.rowIn(change(names.rowOut(row))),
      ),
    deleteWhere: (writer, table, where) =>
      statements.deleteWhere(writer, table, names.whereIn(where)),
    deleteById: (writer, table, id) =>
      statements.deleteById(writer, table, names.idIn(id)),
    updateById(writer, table, id, properties) {
      const patch = names.patchIn(properties);
      const row = statements.updateById(writer, table, names.idIn(id), patch);
      return andThen(row, rowOut);
    },
    replaceById(writer, table, id, properties) {
      const own = names.rowIn(properties);
      const row = statements.replaceById(writer, table, names.idIn(id), own);
      return andThen(row, rowOut);
    },
    upsert(writer, table, properties, mode) {
      const isPatch = mode === 'patch';
      const own = isPatch ? names.patchIn(properties) : names.rowIn(properties);
      return andThen(statements.upsert(writer, table, own, mode), written);
    },
    upsertWhere(writer, table, where, properties) {
      const patch = names.patchIn(properties);
      const own = names.toldWhereIn(where);
      const row = statements.upsertWhere(writer, table, own, patch);
      return andThen(row, written);
    },
    findOrInsert(writer, table, filter, properties) {
      const row = names.rowIn(properties);
      const own = names.filterIn(filter);
      const found = statements.findOrInsert(writer, table, own, row);
      return andThen(found, written);
    },
  };
}

function insertionsFor(
  names: ColumnNames,
): Pick<Statements, 'insert' | 'insertAndCopy'> {
  const rowIn = (row: object) => names.rowIn(row);
  const rowOut = (row: Row) => names.rowOut(row);
  return {
    insert: (writer, table, rows) =>
      andThen(mapped(rows, rowIn, writer.isCut), own =>
        andThen(statements.insert(writer, table, own), inserted =>
          mapped(inserted, rowOut, writer.isCut),
        ),
      ),
    insertAndCopy: (writer, table, rows) =>
      andThen(mapped(rows, rowIn, writer.isCut), own =>
        andThen(statements.insertAndCopy(writer, table, own), inserted =>
          mapped(inserted, rowOut, writer.isCut),
        ),
      ),
  };
}

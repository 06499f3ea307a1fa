import {assert} from '../../base/assert';
import type {Ddl, DdlErrors, DdlRules} from '../ddl';
import {madeColumnOf} from './columns';
import {sqliteError} from './errors';
import {recreate, update} from './migration';
import {nativeColumn} from './native-columns';

/** What `isActual` of LoopBack's connector fails with, whatever there is. */
export const isActualFails =
  'showFields() must be implemented by the connector';

/** Of statements that LoopBack's connector never sends. */
function neverSent(): never {
  assert(false, 'the connector for SQLite sends no such statement');
}

const errors: DdlErrors = {
  noTable: name => sqliteError('SQLITE_ERROR', `no such table: ${name}`),
  noColumnOf: (column, table, use) =>
    sqliteError(
      'SQLITE_ERROR',
      use === 'insert'
        ? `table ${table} has no column named ${column}`
        : `no such column: ${column}`,
    ),
  // It takes such a name for a text.
  noColumnToRead: neverSent,
  tableExists: neverSent,
  columnTwice: neverSent,
  columnExists: neverSent,
  noIndexColumn: neverSent,
  noIndex: neverSent,
  indexExists: neverSent,
  containsNull: neverSent,
  duplicateKey: neverSent,
  isNeeded: neverSent,
  foreignKeyExists: neverSent,
  noParent: neverSent,
  noReferenceColumn: neverSent,
  noReferencedKey: neverSent,
  orphan: neverSent,
};

/** It has statements of its own, which do not go by them. */
const rules: DdlRules = {
  order: [],
  indexNames: 'database',
  keyNames: 'table',
  columnNames: 'exact',
  indexOfDropped: 'dropped',
  addedNeedsValue: true,
  generation: 'number',
};

/** SQLite's schema, as loopback-connector-sqlite3 migrates it. */
export const sqliteDdl: Ddl = {
  rules,
  nameIn: name => name,
  nativeColumn,
  columnOf: madeColumnOf,
  recreate,
  update,
  isActual() {
    throw new Error(isActualFails);
  },
  unknownModel: (name, call) =>
    new Error(call === 'isActual' ? isActualFails : `Model not found: ${name}`),
  checkColumn: neverSent,
  checkIndex: neverSent,
  checkForeignKey: neverSent,
  cast: neverSent,
  addedValue: neverSent,
  errors,
};

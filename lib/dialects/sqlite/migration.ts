import type {SchemaChange, Version} from '../../database/database';
import type {DdlStatement, Query} from '../ddl';
import type {ModelFacts} from '../dialect';
import type {MeetHazard} from '../hazards';
import {tablesOf} from '../relational/made-tables';
import {type DeclaredIndex, declaredIndexes} from './declared-indexes';
import {sqliteError} from './errors';
import {folded, tableNameOf} from './names';
import {rebuilding} from './rebuild';
import {
  creationOf,
  indexedTable,
  newTable,
  tableCalled,
  takenNames,
  withIndex,
} from './tables';

/*
 * What loopback-connector-sqlite3 sends when it migrates: its migration.js and
 * sqlite3.js (`createTable`), and sql.js of loopback-connector. It alters no table.
 */

type Own = Extract<DdlStatement, {kind: 'own'}>;

/** `automigrate`: one statement after the other. */
export function* recreate(model: ModelFacts): Iterable<Query> {
  const name = tableNameOf(model);
  const tables = tablesFor(model, name);
  const changing = (changes: Own['changes']): Query => ({
    statements: [{kind: 'own', tables, changes}],
  });
  yield changing(version => {
    const table = tableCalled(version, name);
    return table === undefined ? [] : [{kind: 'drop', table: table.name}];
  });
  yield changing(version =>
    creationOf(version, newTable(model, takenNames(version))),
  );
  for (const index of declaredIndexes(model)) {
    yield changing(version => indexCreation(version, name, index));
  }
}

/**
 * `autoupdate`, a transaction: a table that is there is renamed, made anew, filled
 * from the old one, and that is dropped.
 */
export function* update(model: ModelFacts): Iterable<Query> {
  const changes = (version: Version, meet: MeetHazard) =>
    isFound(tableNameOf(model), version)
      ? rebuilding(version, model, meet)
      : creationOf(version, indexedTable(model, takenNames(version)));
  const tables = tablesFor(model, model.name.toLowerCase());
  yield {statements: [{kind: 'own', tables, changes}]};
}

/** The table that is made, and the one that the name means. */
function tablesFor(model: ModelFacts, name: string): Own['tables'] {
  return version => {
    const found = tableCalled(version, name)?.name;
    return found === undefined ? [model.table] : [model.table, found];
  };
}

/**
 * Whether the connector finds a table. It asks for the one of which the name is
 * "name" in double quotes: what is a column of SQLite's list of tables is that
 * column of it.
 */
function isFound(name: string, version: Version): boolean {
  const names = tablesOf(version).map(({native}) => native.name);
  switch (folded(name)) {
    case 'name':
    case 'tbl_name':
      return names.length > 0;
    case 'type':
      return names.includes('table');
    case 'sql':
    case 'rootpage':
    case 'rowid':
    case 'oid':
    case '_rowid_':
      return false;
    default:
      return names.includes(name);
  }
}

function indexCreation(
  version: Version,
  name: string,
  index: DeclaredIndex,
): SchemaChange[] {
  const table = tableCalled(version, name);
  if (table === undefined) {
    throw sqliteError('SQLITE_ERROR', `no such table: main.${name}`);
  }
  const schema = withIndex(table, index, takenNames(version));
  if (schema === table) return [];
  const added = schema.indexes.filter(
    each => !table.indexes.some(other => other.name === each.name),
  );
  return [
    {
      kind: 'schema',
      table: table.name,
      steps: [
        {kind: 'declare', schema},
        {kind: 'keep', schema},
        ...added.map(each => ({kind: 'addIndex', index: each}) as const),
      ],
    },
  ];
}

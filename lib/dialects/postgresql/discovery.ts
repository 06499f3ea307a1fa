import type {InferredTable} from '../../database/database';
import type {
  NativeColumn,
  NativeTable,
  ReferentialAction,
} from '../../schema/schema';
import type {DiscoveryShapes, Tell} from '../discovery';
import {pgError} from './errors';
import {dataTypeOf, sizesOf} from './type-names';

const owner = 'public';

/** What loopback-connector-postgresql discovers: its discovery.js. */
export const postgresqlDiscovery: DiscoveryShapes = {
  owner,
  defaultSchema: '',
  has: ({schema}) => schema.native?.database === 'postgresql',
  nameOf: table => nativeOf(table).name,
  schemas: () =>
    ['information_schema', 'pg_catalog', 'pg_toast', owner].map(schema => ({
      catalog: 'postgres',
      schema,
    })),
  columnsOf,
  primaryKeysOf: table => {
    const {name} = nativeOf(table);
    return table.schema.primaryKey.map((key, i) => ({
      owner,
      tableName: name,
      columnName: columnName(table, key),
      keySeq: i + 1,
      pkName: `${name}_pkey`,
    }));
  },
  // Without a schema it asks for the tables of one that has no name.
  uniqueKeysOf: (table, _all, asked) =>
    asked['owner'] || asked['schema'] ? uniqueKeysOf(table) : [],
  foreignKeysOf,
  exportedForeignKeysOf: () => {
    throw pgError('42P01', 'missing FROM-clause entry for table "tc"');
  },
};

function nativeOf({schema}: InferredTable): NativeTable {
  return schema.native!;
}

function columnName(table: InferredTable, key: string): string {
  return nativeOf(table).columns[key]?.name ?? key;
}

/**
 * As they are declared, where the schema is asked for; else in the order in which
 * the server finds them: those with a collation at last.
 */
function columnsOf(...[table, , asked]: Parameters<Tell>): object[] {
  const {columns, name} = nativeOf(table);
  const all = Object.values(columns);
  const found =
    asked['owner'] || asked['schema']
      ? all
      : [
          ...all.filter(({type}) => !isCollatable(type)),
          ...all.filter(({type}) => isCollatable(type)),
        ];
  return found.map(column => columnOf(column, name));
}

function isCollatable(type: string): boolean {
  return /^(text|character|name|citext)/.test(dataTypeOf(type));
}

function columnOf(column: NativeColumn, tableName: string): object {
  const {isNullable, name, type} = column;
  const dataType = dataTypeOf(type);
  const {length, precision, scale} = sizesOf(type);
  const isFloat = dataType === 'real' || dataType === 'double precision';
  const isInteger = /^(small|big)int$|^integer$/.test(dataType);
  const told = isFloat ? 'float' : dataType;
  return {
    owner,
    tableName,
    columnName: name,
    dataType: told,
    dataLength: length,
    dataPrecision: isInteger ? null : precision,
    dataScale: scale,
    nullable: isNullable ? 'YES' : 'NO',
    generated: false,
    identityGenerated: null,
    type: loopbackType(told),
  };
}

function loopbackType(dataType: string): string {
  if (dataType === 'boolean') return 'Boolean';
  if (dataType === 'bytea') return 'Binary';
  if (dataType === 'point') return 'GeoPoint';
  if (/^((small|big)int|integer|numeric|float)$/.test(dataType)) {
    return 'Number';
  }
  return /^(date$|time)/.test(dataType) ? 'Date' : 'String';
}

function uniqueKeysOf(table: InferredTable): object[] {
  const {columns, indexes, name} = nativeOf(table);
  const order = Object.keys(columns);
  return table.schema.indexes
    .filter(index => index.isUnique && Object.hasOwn(indexes, index.name))
    .flatMap(({keys}) => keys.map(({path}) => path))
    .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
    .map(key => ({columnName: columnName(table, key), owner, tableName: name}));
}

const actionWords: Readonly<Record<ReferentialAction, string>> = {
  cascade: 'CASCADE',
  setNull: 'SET NULL',
  restrict: 'RESTRICT',
  noAction: 'NO ACTION',
};

function foreignKeysOf(
  table: InferredTable,
  all: readonly InferredTable[],
): object[] {
  const {name} = nativeOf(table);
  return table.schema.foreignKeys.flatMap(key => {
    const parent = all.find(({schema}) => schema.name === key.parent);
    if (parent === undefined) return [];
    const {name: parentName} = nativeOf(parent);
    return key.properties.map((property, i) => ({
      fkOwner: owner,
      fkName: key.name,
      fkTableName: name,
      fkColumnName: columnName(table, property),
      keySeq: i + 1,
      onDelete: actionWords[key.onDelete],
      onUpdate: actionWords[key.onUpdate],
      pkOwner: owner,
      pkName: `${parentName}_pkey`,
      pkTableName: parentName,
      pkColumnName: columnName(parent, key.parentProperties[i]!),
    }));
  });
}

import type {InferredTable} from '../../database/database';
import type {NativeTable} from '../../schema/schema';
import type {AskedWith, DiscoveryShapes, Tell} from '../discovery';
import type {Server} from './flavour';
import {type ShownType, shownType} from './type-names';

/**
 * What loopback-connector-mysql discovers: its discovery.js, and what the
 * information schema of the server answers. `user` is the name of the user.
 */
export function mysqlDiscovery(server: Server, user: string): DiscoveryShapes {
  const {flavour, schema: owner} = server;
  return {
    owner,
    defaultSchema: owner,
    has: ({schema}) => schema.native?.database === flavour.name,
    nameOf: table => nativeOf(table).name,
    schemas: () =>
      ['information_schema', 'mysql', owner, 'performance_schema', 'sys'].map(
        schema => ({catalog: 'def', schema}),
      ),
    definitionsAsked: asked => definitionsAsked(asked, user),
    columnsOf: columnsOf(server),
    primaryKeysOf: table =>
      table.schema.primaryKey.map((key, i) => ({
        owner,
        tableName: nativeOf(table).name,
        columnName: columnName(table, key),
        keySeq: i + 1,
        pkName: 'PRIMARY',
      })),
    uniqueKeysOf: table => uniqueKeysOf(table, owner),
    foreignKeysOf: (table, all) =>
      keysOf(table, all).map(key => ({
        fkOwner: owner,
        fkName: key.name,
        fkTableName: key.child,
        fkColumnName: key.column,
        keySeq: key.sequence,
        pkOwner: owner,
        pkName: 'PRIMARY',
        pkTableName: key.parent,
        pkColumnName: key.parentColumn,
      })),
    exportedForeignKeysOf: (table, all) =>
      all
        .flatMap(child => keysOf(child, all))
        .filter(({parent}) => parent === nativeOf(table).name)
        .map(key => ({
          fkName: key.name,
          fkOwner: owner,
          fkTableName: key.child,
          fkColumnName: key.column,
          keySeq: key.sequence,
          pkName: null,
          pkOwner: owner,
          pkTableName: key.parent,
          pkColumnName: key.parentColumn,
        })),
  };
}

/**
 * Without an owner it lists the tables of a database that is called as the user;
 * an offset without a limit it takes for one.
 */
function definitionsAsked(asked: AskedWith, user: string): AskedWith {
  const {all, limit, owner, schema, ...rest} = asked;
  const offset = rest['offset'] || rest['skip'];
  const wanted = owner || schema || (all ? undefined : user);
  return {
    ...(wanted !== undefined && {owner: wanted}),
    ...(limit ? {limit, offset} : {limit: offset}),
  };
}

function nativeOf({schema}: InferredTable): NativeTable {
  return schema.native!;
}

function columnName(table: InferredTable, key: string): string {
  return nativeOf(table).columns[key]?.name ?? key;
}

function columnsOf({flavour, schema: owner}: Server): Tell {
  return (table, _all, asked) => {
    const {columns, name: tableName} = nativeOf(table);
    return Object.values(columns).map(column => {
      const shown = shownType(column.type, flavour)!;
      return {
        owner,
        tableName,
        columnName: column.name,
        dataType: shown.name,
        dataLength: shown.length,
        dataPrecision: shown.precision,
        dataScale: shown.scale,
        columnType: shown.text,
        nullable: column.isNullable ? 'Y' : 'N',
        generated: column.isGenerated ? 1 : 0,
        type: loopbackType(shown, asked),
      };
    });
  };
}

const namesOfTypes: Readonly<Record<string, string>> = {
  date: 'Date',
  timestamp: 'Date',
  datetime: 'Date',
  point: 'GeoPoint',
  json: 'object',
};

/** What `buildPropertyType` makes of a type, by the options that there are for it. */
function loopbackType({name, text}: ShownType, asked: AskedWith): string {
  if (isBoolean(name === 'tinyint' ? name : text, asked)) return 'Boolean';
  if (name === 'enum') return text;
  if (/blob$|binary$|^bit$/.test(name)) return 'Binary';
  if (
    /^(?:(?:tiny|small|medium|big)?int|year|float|double|decimal)$/.test(name)
  )
    return 'Number';
  return namesOfTypes[name] ?? 'String';
}

/** Whether a type that is small is taken for that of booleans. */
function isBoolean(
  type: string,
  {
    treatBIT1AsBit = true,
    treatCHAR1AsString = false,
    treatTINYINT1AsTinyInt = true,
  }: AskedWith,
): boolean {
  switch (type) {
    case 'char(1)':
      return !isOn(treatCHAR1AsString);
    case 'bit(1)':
      return !isOn(treatBIT1AsBit);
    case 'tinyint':
      return !isOn(treatTINYINT1AsTinyInt);
    default:
      return false;
  }
}

/** An option of discovery, which may come as a text. */
function isOn(option: unknown): boolean {
  return typeof option === 'string' ? option === 'true' : Boolean(option);
}

/** Those without null come first. */
function uniqueKeysOf(table: InferredTable, owner: string): object[] {
  const {columns, indexes, name} = nativeOf(table);
  const unique = table.schema.indexes.filter(
    index => index.isUnique && Object.hasOwn(indexes, index.name),
  );
  const hasNull = ({keys}: (typeof unique)[number]) =>
    keys.some(({path}) => columns[path]?.isNullable);
  return [
    ...unique.filter(index => !hasNull(index)),
    ...unique.filter(hasNull),
  ].flatMap(({keys}) =>
    keys.map(({path}) => ({
      columnName: columnName(table, path),
      owner,
      tableName: name,
    })),
  );
}

/** A column of a foreign key, by the names of the database. */
interface KeyColumn {
  readonly name: string;
  readonly child: string;
  readonly column: string;
  readonly sequence: number;
  readonly parent: string;
  readonly parentColumn: string;
}

function keysOf(
  table: InferredTable,
  all: readonly InferredTable[],
): KeyColumn[] {
  return table.schema.foreignKeys.flatMap(key => {
    const parent = all.find(({schema}) => schema.name === key.parent);
    if (parent === undefined) return [];
    return key.properties.map((property, i) => ({
      name: key.name,
      child: nativeOf(table).name,
      column: columnName(table, property),
      sequence: i + 1,
      parent: nativeOf(parent).name,
      parentColumn: columnName(parent, key.parentProperties[i]!),
    }));
  });
}

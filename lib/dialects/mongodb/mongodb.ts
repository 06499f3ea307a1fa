import {InMemoryError} from '../../base/errors';
import type {TableSchema} from '../../schema/schema';
import {defaultDialect} from '../../value/dialect';
import type {
  Column,
  DocumentDatabase,
  EmulatedTable,
  PropertyFacts,
} from '../dialect';
import {isOfDatabase} from '../native-error';
import {errorOf} from './errors';
import {ObjectID, withHexIds} from './object-id';
import {mongodbStatements} from './statements';

/**
 * MongoDB by way of loopback-connector-mongodb 8.0 and its driver 5.9: read in
 * their sources and in MongoDB's manual, not measured.
 */
export function mongodb(): DocumentDatabase {
  return {
    name: 'mongodb',
    engine: {
      ...defaultDialect,
      name: 'mongodb',
      uniqueIgnoresNull: false,
      errorFailsTransaction: isOfDatabase,
    },
    connector: {
      name: 'mongodb',
      types: ['db', 'nosql', 'mongodb'],
      isRelational: false,
      absent: [
        'createAll',
        'multiInsertSupported',
        'buildNearFilter',
        'discoverModelDefinitions',
        'discoverModelProperties',
        'discoverPrimaryKeys',
        'discoverForeignKeys',
        'discoverExportedForeignKeys',
      ],
      defaultIdType: ObjectID,
      afterFailure: 'fails',
      defaultLevel: 'READ COMMITTED',
      withoutTransaction: ['findOrCreate', 'replaceById', 'replaceOrCreate'],
      // A snapshot, in which nobody waits for what another one has written.
      transactions: {level: 'REPEATABLE READ', lockTimeoutMs: 0},
    },
    tableName: ({name, tableName}) => tableName ?? name,
    column,
    idGeneration: () => 'none',
    schemaOf,
    statementsOf: mongodbStatements,
    errorOf,
  };
}

/**
 * A field: it holds any value. Fails with INVALID_MODEL on a type that is not
 * emulated, and on another name of an id, which the connector refuses.
 */
function column(property: PropertyFacts): Column {
  const {columnName, isGenerated, isId, isNullable, name, own} = property;
  if (isId && columnName !== undefined) {
    throw new InMemoryError(
      'INVALID_MODEL',
      `custom id field name '${columnName}' is not allowed: MongoDB calls it ` +
        '_id. Leave the name out.',
      {property: name},
    );
  }
  const {dataType} = own;
  if (typeof dataType === 'string' && /decimal128/i.test(dataType)) {
    throw new InMemoryError(
      'INVALID_MODEL',
      `The property ${name} is of MongoDB's type decimal128, which is not ` +
        'emulated. Leave mongodb: {dataType} out in tests.',
      {property: name},
    );
  }
  return {
    property: name,
    name: isId ? '_id' : (columnName ?? name),
    nativeType: 'any',
    type: 'any',
    isId,
    isGenerated,
    isNullable,
    isDefaultForNull: false,
    write: value => value,
    operand: value => value,
    read: withHexIds,
    text: String,
    cast: String,
  };
}

/** The first id is the document's; others are fields. There are no foreign keys. */
function schemaOf(schema: TableSchema, {ids}: EmulatedTable): TableSchema {
  const [id] = ids;
  return {
    ...schema,
    primaryKey: id === undefined ? schema.primaryKey : [id.property],
    foreignKeys: [],
  };
}

import {columnWord, columnWords} from '../base/column-words';
import {InMemoryError} from '../base/errors';
import {isScalar} from '../value/coerce';
import {
  columnType,
  type ForeignKey,
  type IndexDefinition,
  type TableSchema,
} from './schema';

/** What finds the rows of a table by some of their properties. */
type Access = Pick<TableSchema, 'primaryKey' | 'indexes'>;

/** Whether two lists have the same names, in any order. */
export function haveSameNames(
  a: readonly string[],
  b: readonly string[],
): boolean {
  return a.length === b.length && a.every(name => b.includes(name));
}

/** Whether an index is unique on exactly these properties. */
export function isUniqueOn(
  index: IndexDefinition,
  properties: readonly string[],
): boolean {
  const {isUnique, kind} = index;
  return (
    isUnique && kind === 'ordered' && haveSameNames(pathsOf(index), properties)
  );
}

/** The paths of an index in its order. */
export function pathsOf(index: IndexDefinition): string[] {
  return index.keys.map(({path}) => path);
}

/** Whether names, cut to the length of `properties`, are the same ones. */
export function beginsWith(
  names: readonly string[],
  properties: readonly string[],
): boolean {
  return haveSameNames(names.slice(0, properties.length), properties);
}

/** The ordered index that begins with these properties, or undefined. */
export function indexBeginningWith(
  {indexes}: Access,
  properties: readonly string[],
): IndexDefinition | undefined {
  return indexes.find(
    index => index.kind === 'ordered' && beginsWith(pathsOf(index), properties),
  );
}

/**
 * The schema with an index, named after the constraint, for each foreign key
 * whose rows no id and no index finds.
 */
export function withKeyIndexes(schema: TableSchema): TableSchema {
  const indexes = [...schema.indexes];
  for (const {name, properties} of schema.foreignKeys) {
    const isFound =
      beginsWith(schema.primaryKey, properties) ||
      indexBeginningWith({...schema, indexes}, properties) !== undefined;
    if (isFound) continue;
    const isTaken = indexes.some(index => index.name === name);
    indexes.push({
      name: isTaken ? `${name}_foreign_key` : name,
      kind: 'ordered',
      keys: properties.map(path => ({path, direction: 1})),
      isUnique: false,
    });
  }
  return {...schema, indexes};
}

/** Finds the schema of a table as it is now, or undefined. */
export type FindSchema = (table: string) => TableSchema | undefined;

/**
 * The schema with those of its foreign keys that can hold now: the parent's
 * table exists with the id or unique index that is referred to, and the
 * properties are declared. (LoopBack may add some after the model.)
 */
export function holdingNow(
  schema: TableSchema,
  findSchema: FindSchema,
): TableSchema {
  const foreignKeys = schema.foreignKeys.filter(key => {
    const parent = key.parent === schema.name ? schema : findSchema(key.parent);
    return (
      parent !== undefined &&
      isKeyOf(parent, key.parentProperties) &&
      key.properties.every(name => Object.hasOwn(schema.columns, name))
    );
  });
  return foreignKeys.length === schema.foreignKeys.length
    ? schema
    : {...schema, foreignKeys};
}

/** Whether the properties identify a row: the id, or a unique index. */
export function isKeyOf(
  {primaryKey, indexes}: Access,
  properties: readonly string[],
): boolean {
  return (
    haveSameNames(primaryKey, properties) ||
    indexes.some(index => isUniqueOn(index, properties))
  );
}

/**
 * Checks the foreign keys of a table that is declared, and those that refer to
 * it, as far as both tables are declared. Fails with INVALID_MODEL when what is
 * referred to does not identify a row, or is of another type.
 */
export function checkForeignKeys(
  schema: TableSchema,
  others: readonly TableSchema[],
): void {
  const tables = [schema, ...others];
  for (const child of tables) {
    for (const key of child.foreignKeys) {
      if (child !== schema && key.parent !== schema.name) continue;
      const parent = tables.find(({name}) => name === key.parent);
      if (parent !== undefined) checkForeignKey(key, child, parent);
    }
  }
}

function checkForeignKey(
  key: ForeignKey,
  child: TableSchema,
  parent: TableSchema,
): void {
  const {name, properties, parentProperties} = key;
  const details = {
    table: child.name,
    constraint: name,
    property: columnWords(child.name, properties),
    parentTable: parent.name,
    parentProperty: columnWords(parent.name, parentProperties),
  };
  const wordOf = (path: string) => columnWord(parent.name, path);
  if (!isKeyOf(parent, parentProperties)) {
    const keys = parentProperties.map(path => `${wordOf(path)}: 1`).join(', ');
    throw new InMemoryError(
      'INVALID_MODEL',
      `The foreign key ${name} of ${child.name} refers to ` +
        `${parent.name} (${columnWords(parent.name, parentProperties)}), ` +
        'which does not identify a row. Refer to its id ' +
        `(${columnWords(parent.name, parent.primaryKey)}), or declare on ` +
        `${parent.name} the index {keys: {${keys}}, options: {unique: true}}.`,
      details,
    );
  }
  for (const [i, property] of properties.entries()) {
    const type = columnType(child, property);
    const parentType = columnType(parent, parentProperties[i]!);
    if (type === parentType || !isScalar(type) || !isScalar(parentType)) {
      continue;
    }
    throw new InMemoryError(
      'INVALID_MODEL',
      `The foreign key ${name} cannot hold: ` +
        `${child.name}.${columnWord(child.name, property)} is a ` +
        `${type}, ${parent.name}.${wordOf(parentProperties[i]!)} a ${parentType}.`,
      details,
    );
  }
}

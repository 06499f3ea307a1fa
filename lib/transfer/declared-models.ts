import {declaredNames} from '../connector/declared-names';
import {declaredTypes} from '../connector/declared-types';
import type {ModelDefinition} from '../connector/loopback';
import {schemaOf} from '../connector/model-schema';
import type {TableSchema} from '../schema/schema';
import {coerce, type ColumnType} from '../value/coerce';
import {getOwn, type Row, setOwn} from '../value/copy';

/** Under which names the rows of a model stand in a data file, and what they hold. */
export interface StoredAs {
  readonly table: string;
  /** The columns of the properties that have another name than theirs. */
  readonly columns: ReadonlyMap<string, string>;
  readonly types: Readonly<Record<string, ColumnType>>;
}

/** What a model is, as far as it says how its rows are stored. */
export interface Definition {
  readonly name: string;
  readonly properties: Readonly<Record<string, object>>;
  readonly settings?: object | undefined;
}

/** How a model that an application declares is stored. Fails with INVALID_MODEL. */
export function storedAs(definition: Definition): StoredAs {
  const known = knownDefinition(definition);
  const {columns, table} = declaredNames(known);
  return {columns, table, types: declaredTypes(known.properties).columns};
}

/** The schema of a model that is stored under its own names. */
export function plainSchema(definition: Definition): TableSchema {
  const settings = {
    defaultIdType: 'number',
    typeChecks: 'coerce',
    unknownProperties: 'allow',
  } as const;
  const asItIs = (name: string): string => name;
  return schemaOf(
    knownDefinition(definition),
    settings,
    table => ({table, propertyNamed: asItIs, columnOf: asItIs}),
    () => undefined,
  );
}

function knownDefinition({
  name,
  properties,
  settings,
}: Definition): ModelDefinition {
  const model = {modelName: name};
  return {model, properties, settings} as unknown as ModelDefinition;
}

/** Whether a database's foreign key is one that models can declare. */
export function isForeignKey(key: {
  readonly foreignKey: readonly unknown[];
  readonly entityKey: readonly unknown[];
  readonly onDelete?: unknown;
  readonly onUpdate?: unknown;
}): boolean {
  const {entityKey, foreignKey, onDelete, onUpdate} = key;
  return (
    foreignKey.length === entityKey.length &&
    ![onDelete, onUpdate].includes('SET DEFAULT')
  );
}

/** Rows of a table as a model has them. `isNamed` says that they have its columns. */
export function rowsAsDeclared(
  rows: readonly Row[],
  {columns, types}: StoredAs,
  isNamed: boolean,
): Row[] {
  const properties = new Map<string, string>();
  for (const [property, column] of columns) {
    // A property's own name in a file of the time before it got a column.
    const isTaken = !isNamed && Object.hasOwn(types, column);
    if (!isTaken) properties.set(column, property);
  }
  return rows.map(row => {
    const own: Record<string, unknown> = {};
    for (const column of Object.keys(row)) {
      const name = properties.get(column) ?? column;
      const value = getOwn(row, column);
      const type = Object.hasOwn(types, name) ? types[name]! : 'any';
      setOwn(own, name, type === 'any' ? value : coerce(value, type));
    }
    return own;
  });
}

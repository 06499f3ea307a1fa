import type {FitRows, Misfit} from '../database/database';
import {
  type DatabaseName,
  databaseNames,
  type PropertyFacts,
} from '../dialects/dialect';
import {columnType, type TableSchema} from '../schema/schema';
import {coerce, isScalar} from '../value/coerce';
import {getOwn} from '../value/copy';
import {isHeld} from '../value/holds';
import type {ColumnNames} from './column-names';
import type {Emulation} from './emulation';
import {loadDialects, loadEmulation} from './on-demand';
import type {ModelDefinition} from './loopback';

/** A model, and how it is stored. */
export interface FittedModel {
  readonly definition: ModelDefinition;
  readonly schema: TableSchema;
  readonly names: ColumnNames | undefined;
}

/**
 * What becomes of rows of a model that were written by another database than that
 * which its datasource is, or emulates: values are read as that one's applications
 * read them, and stored as this one stores them.
 */
export function foreignFit(
  {definition, names, schema}: FittedModel,
  emulation: Emulation | undefined,
): FitRows {
  const nameOf = (property: string) => names?.columnOf(property) ?? property;
  const model = definition.model.modelName;
  const readers = new Map<string, (row: Record<string, unknown>) => void>();
  return {
    read(row, writer) {
      let reader = readers.get(writer);
      if (reader === undefined) {
        reader = readerOf(writer, definition, nameOf);
        readers.set(writer, reader);
      }
      reader(row);
    },
    write:
      emulation?.fitOf(model, names) ?? (row => misfitsOf(row, schema, nameOf)),
  };
}

/** A file of a later version may name a database that is not known. */
function readerOf(
  writer: string,
  definition: ModelDefinition,
  nameOf: (property: string) => string,
): (row: Record<string, unknown>) => void {
  if (!databaseNames.includes(writer as DatabaseName)) return () => undefined;
  const {databaseNamed, emulatedTable, reading} = loadDialects();
  const database = databaseNamed({database: writer as DatabaseName}, {});
  const {factsIn} = loadEmulation();
  const all = factsIn(definition, database, definition.model.modelName);
  // LoopBack has changed the type of ids for the database that is emulated now.
  const isOwn = ({typeName}: PropertyFacts) => typeName !== 'ObjectID';
  const facts = {...all, properties: all.properties.filter(isOwn)};
  return reading(emulatedTable(facts, database), nameOf);
}

/** Values that are none of their declared types, however they are written. */
function misfitsOf(
  row: Readonly<Record<string, unknown>>,
  schema: TableSchema,
  nameOf: (property: string) => string,
): Misfit[] {
  return Object.keys(schema.columns).flatMap(property => {
    const name = nameOf(property);
    const value = getOwn(row, name) ?? null;
    const type = columnType(schema, property);
    if (value === null || !isScalar(type)) return [];
    const cast = coerce(value, type);
    const isOne = isHeld(type, cast) && !isNothing(cast);
    return isOne ? [] : [{property: name, value, reason: `it is no ${type}`}];
  });
}

function isNothing(value: unknown): boolean {
  return Number.isNaN(value instanceof Date ? value.getTime() : value);
}

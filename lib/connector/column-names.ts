import {InMemoryError, keepNames} from '../base/errors';
import {asList, isObject, isRecord} from '../base/objects';
import type {Filter} from '../query/query';
import {
  refuseUnknownPath,
  refuseUnknownProperty,
} from '../schema/property-names';
import {inverse, oneToOne} from '../schema/renames';
import type {TableSchema} from '../schema/schema';
import {maxDepth, plainForm, setOwn} from '../value/copy';
import {RenamedOrder} from '../value/renamed-order';

type Row = Record<string, unknown>;

/** Other names by their names; a name that is not in it stays as it is. */
type Names = ReadonlyMap<string, string>;

/**
 * The properties of a model and the columns in which they are stored: what a
 * statement is handed under the names of properties under those of columns, and
 * what it gives the other way round. Inside of objects names stay.
 *
 * Rows may have properties that the model does not declare. One that has the name
 * of a column is stored under a name that is left over, so no two of them meet:
 *
 *   fullName -> full_name     declared
 *   full_name -> fullName     follows from it
 */
export class ColumnNames {
  private readonly columns: Names;
  private readonly properties: Names;
  /** What callers have handed in, by what it is under the names of columns. */
  private readonly given = new WeakMap<object, unknown>();

  /**
   * `columns` has the columns, by their properties, that have another name;
   * `schema` is that of the table under the names of properties.
   */
  constructor(
    columns: Names,
    private readonly schema: TableSchema,
  ) {
    this.columns = oneToOne(columns);
    this.properties = inverse(this.columns);
  }

  /** The column of a property, or the path in rows of a nested path. */
  columnOf(path: string): string {
    return renamedPath(path, this.columns);
  }

  /** The property that a column has, or a path that begins with one. */
  propertyOf(path: string): string {
    return renamedPath(path, this.properties);
  }

  /** The columns, by all names that rows have under others. */
  get all(): Names {
    return this.columns;
  }

  /** A row, which is handed in. */
  rowIn(row: object): Row {
    const given = plainForm(row) as Row;
    const renamed: Row = {};
    for (const name of Object.keys(given)) {
      // One with a dot is refused later, by its name.
      setOwn(renamed, this.columnOf(name), given[name]);
    }
    return renamed;
  }

  /** What an update changes; it takes out of rows what is undefined in it. */
  patchIn(properties: object): Row {
    const patch = this.rowIn(properties);
    // A class may leave them out of the form in which it is written.
    for (const name in properties) {
      const value = (properties as Row)[name];
      if (value !== undefined || !Object.hasOwn(properties, name)) continue;
      setOwn(patch, this.columnOf(name), undefined);
    }
    return patch;
  }

  /** A row, which is a caller's own. */
  rowOut(row: Readonly<Row>): Row {
    return renamedRow(row, this.properties);
  }

  /** An id; one of several properties may be an object that has them. */
  idIn(id: unknown): unknown {
    const {primaryKey} = this.schema;
    if (primaryKey.length <= 1 || !isRecord(id)) return id;
    const renamed: Row = {};
    for (const name of primaryKey) {
      const column = this.columnOf(name);
      if (Object.hasOwn(id, name)) setOwn(renamed, column, id[name]);
    }
    return this.noted(renamed, id);
  }

  /** A filter. Fails with INVALID_FILTER on names that there are not. */
  filterIn(filter: Filter | null | undefined): Filter | null | undefined {
    if (!isObject(filter)) return filter;
    const {where, order, fields} = filter;
    return {
      ...filter,
      ...(where !== undefined && {where: this.whereIn(where)}),
      ...(order !== undefined && {order: this.orderIn(order)}),
      ...(fields !== undefined && {fields: this.fieldsIn(fields)}),
    };
  }

  /** A where. What is malformed stays as it is: it is for the query to refuse. */
  whereIn(where: unknown): unknown {
    return this.renamedWhere(where, 0);
  }

  /** A where of which an error tells callers what they have handed in. */
  toldWhereIn(where: unknown): unknown {
    return this.noted(this.whereIn(where), where);
  }

  /** What a caller has handed in for a where or an id of columns. */
  handedIn(renamed: object): unknown {
    return this.given.get(renamed) ?? renamed;
  }

  private noted(renamed: unknown, given: unknown): unknown {
    if (isObject(renamed)) this.given.set(renamed, given);
    return renamed;
  }

  private renamedWhere(where: unknown, depth: number): unknown {
    if (!isRecord(where) || depth > maxDepth) return where;
    const within = (each: unknown) => this.renamedWhere(each, depth + 1);
    const renamed: Row = {};
    for (const key of Object.keys(where)) {
      const value = where[key];
      if (key === 'and' || key === 'or' || key === 'nor') {
        const clauses = asList(value);
        const isList = Array.isArray(clauses);
        setOwn(renamed, key, isList ? clauses.map(within) : value);
      } else if (key === 'not') setOwn(renamed, key, within(value));
      else setOwn(renamed, this.pathIn(key, 'where'), value);
    }
    return renamed;
  }

  private orderIn(order: unknown): unknown {
    if (order === null || order === '') return order;
    return new RenamedOrder(order, path => this.pathIn(path, 'order'));
  }

  private pathIn(path: string, part: 'where' | 'order'): string {
    try {
      refuseUnknownPath(path, part, this.schema);
    } catch (error) {
      throw ofProperties(error);
    }
    return this.columnOf(path);
  }

  private fieldIn(name: string): string {
    try {
      refuseUnknownProperty(name, 'fields', this.schema);
    } catch (error) {
      throw ofProperties(error);
    }
    return this.columns.get(name) ?? name;
  }

  private fieldsIn(fields: unknown): unknown {
    if (typeof fields === 'string') return this.fieldIn(fields);
    if (Array.isArray(fields)) {
      // Such a list is refused, and shown as it is.
      return fields.some(isObject)
        ? fields
        : fields.map(name => this.fieldIn(String(name)));
    }
    if (!isRecord(fields)) return fields;
    const renamed: Row = {};
    for (const name of Object.keys(fields)) {
      setOwn(renamed, this.fieldIn(name), fields[name]);
    }
    return renamed;
  }
}

/** An error that names properties, where others name columns. */
function ofProperties(error: unknown): unknown {
  if (error instanceof InMemoryError) keepNames(error);
  return error;
}

function renamedRow(row: object, names: Names): Row {
  const renamed: Row = {};
  for (const name of Object.keys(row)) {
    setOwn(renamed, names.get(name) ?? name, (row as Row)[name]);
  }
  return renamed;
}

function renamedPath(path: string, names: Names): string {
  const name = names.get(path);
  if (name !== undefined) return name;
  const dot = path.indexOf('.');
  if (dot === -1) return path;
  const first = names.get(path.slice(0, dot));
  return first === undefined ? path : first + path.slice(dot);
}

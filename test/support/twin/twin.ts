import assert from 'node:assert';
import {storedAt, type ColumnTypes} from './cast';
import {meets, orderingDistance} from './condition';
import {singleValueAt} from './path';
import {compareValues, kindOf, type Row} from './value';

/** A table as the twin needs to know it. */
export interface TwinTable {
  readonly types: ColumnTypes;
  /** Groups of paths whose values together occur once. */
  readonly unique: readonly (readonly string[])[];
}

/** A LoopBack filter. */
export interface Filter {
  where?: Row | null;
  order?: string | string[];
  limit?: number;
  skip?: number;
  offset?: number;
  fields?: string[] | Record<string, boolean>;
}

/** What a statement is refused with. */
export class TwinError extends Error {
  constructor(
    readonly statusCode: number,
    readonly code?: string,
  ) {
    super(`refused with ${statusCode}`);
  }
}

/**
 * The naive twin of one table: rows in an array, every statement a loop over
 * all of them. The id is the property `id`.
 */
export class Twin {
  private rows: Row[] = [];
  /** The highest numeric id that a stored row ever had. */
  private highestId = 0;
  /** The highest id that can be used up; refused statements may use ids up. */
  private highestTriedId = 0;
  private learnedIds: unknown[] = [];

  constructor(private readonly table: TwinTable) {}

  /**
   * Hands over the ids that the connector gave the rows of the next statement.
   * Without them the twin makes up ids of its own.
   */
  learnIds(ids: unknown[]): void {
    this.learnedIds = [...ids];
  }

  /** The ids of all rows, ascending. */
  ids(): unknown[] {
    return this.all({}).map(row => row['id']);
  }

  all(filter: Filter): Row[] {
    const {where} = filter;
    const {types} = this.table;
    const found = this.rows
      .filter(row => this.meets(row, where))
      .map(row => ({row, distance: orderingDistance(row, where, types)}))
      .sort((a, b) => compareFound(a, b, filter));
    const start = filter.skip || filter.offset || 0;
    const end = filter.limit ? start + filter.limit : undefined;
    return found
      .slice(start, end)
      .map(({row}) => selectFields(row, filter.fields));
  }

  count(where: Row | null): number {
    return this.rows.filter(row => this.meets(row, where)).length;
  }

  find(id: unknown): Row | null {
    return this.rows.find(row => isEqualTo(row['id'], id)) ?? null;
  }

  exists(id: unknown): boolean {
    return this.find(id) !== null;
  }

  create(data: Row): Row {
    return this.createAll([data])[0]!;
  }

  createAll(list: Row[]): Row[] {
    return this.atomically(() => list.map(data => this.insert(data)));
  }

  updateAll(where: Row | null, data: Row): number {
    return this.atomically(() => {
      const matched = this.rows.filter(row => this.meets(row, where));
      for (const row of matched) this.put(this.merge(row, data));
      return matched.length;
    });
  }

  updateAttributes(id: unknown, data: Row): Row {
    const old = this.get(id);
    return this.atomically(() => this.put(this.merge(old, data)));
  }

  replaceById(id: unknown, data: Row): Row {
    this.get(id);
    return this.atomically(() => this.put(this.merge({id}, data)));
  }

  replaceOrCreate(data: Row): {row: Row; isNew: boolean} {
    return this.exists(data['id'])
      ? {row: this.replaceById(data['id'], data), isNew: false}
      : {row: this.create(data), isNew: true};
  }

  /** Both `updateOrCreate` and `save`. */
  updateOrCreate(data: Row): {row: Row; isNew: boolean} {
    return this.exists(data['id'])
      ? {row: this.updateAttributes(data['id'], data), isNew: false}
      : {row: this.create(data), isNew: true};
  }

  upsertWithWhere(where: Row | null, data: Row): {row: Row; isNew: boolean} {
    const matched = this.all({where});
    if (matched.length > 1) throw new TwinError(400);
    return matched[0]
      ? {row: this.updateAttributes(matched[0]['id'], data), isNew: false}
      : {row: this.create(data), isNew: true};
  }

  findOrCreate(filter: Filter, data: Row): {row: Row; isNew: boolean} {
    const found = this.all(filter)[0];
    return found
      ? {row: found, isNew: false}
      : {row: this.create(data), isNew: true};
  }

  destroy(id: unknown): number {
    const kept = this.rows.filter(row => !isEqualTo(row['id'], id));
    const count = this.rows.length - kept.length;
    this.rows = kept;
    return count;
  }

  destroyAll(where: Row | null): number {
    const kept = this.rows.filter(row => !this.meets(row, where));
    const count = this.rows.length - kept.length;
    this.rows = kept;
    return count;
  }

  private meets(row: Row, where: Row | null | undefined): boolean {
    return meets(row, where, this.table.types);
  }

  private get(id: unknown): Row {
    const row = this.find(id);
    if (!row) throw new TwinError(404);
    return row;
  }

  /** Puts a row in the place of the one that has its id. */
  private put(row: Row): Row {
    this.rows = this.rows.map(old =>
      isEqualTo(old['id'], row['id']) ? row : old,
    );
    return row;
  }

  private insert(data: Row): Row {
    const id = data['id'] ?? this.generateId();
    if (typeof data['id'] === 'number') this.noteTriedId(data['id']);
    const row = this.merge({id}, data);
    this.rows = [...this.rows, row];
    return row;
  }

  /** A row with new values; `undefined` takes the old one out, the id stays. */
  private merge(row: Row, data: Row): Row {
    const given = Object.entries(data)
      .filter(([key]) => key !== 'id')
      .map(([key, value]) => [key, storedAt(value, key, this.table.types)]);
    const merged = {...row, ...Object.fromEntries(given)};
    return Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== undefined),
    );
  }

  private generateId(): number {
    const used = this.rows.map(row => row['id'] as number);
    const highest = Math.max(this.highestId, ...used);
    this.highestTriedId = Math.max(this.highestTriedId, highest) + 1;
    const learned = this.learnedIds.shift();
    if (learned === undefined) return highest + 1;
    assert(
      typeof learned === 'number' && Number.isInteger(learned),
      'a generated id is an integer',
    );
    assert(
      learned > highest && learned <= this.highestTriedId,
      `the generated id ${learned} is not the next one after ${highest}`,
    );
    this.highestTriedId = learned;
    return learned;
  }

  private noteTriedId(id: number): void {
    this.highestTriedId = Math.max(this.highestTriedId, id);
  }

  /** Runs a statement to its end, checks the rows, or changes nothing. */
  private atomically<T>(statement: () => T): T {
    const before = this.rows;
    try {
      const result = statement();
      this.checkUnique();
      const ids = this.rows.map(row => row['id']);
      const numbers = ids.filter(id => typeof id === 'number');
      this.highestId = Math.max(this.highestId, ...numbers);
      return result;
    } catch (error) {
      this.rows = before;
      throw error;
    }
  }

  private checkUnique(): void {
    for (const paths of [['id'], ...this.table.unique]) {
      const keys = this.rows
        .map(row => paths.map(path => singleValueAt(row, path)))
        .filter(key => key.every(value => kindOf(value) !== 'null'))
        .sort(compareValues);
      if (keys.some((key, i) => i > 0 && isEqualTo(key, keys[i - 1]))) {
        throw new TwinError(409, 'DUPLICATE_KEY');
      }
    }
  }
}

/** A row that a filter finds, and how far it is where that orders the rows. */
interface Found {
  readonly row: Row;
  readonly distance: number | null;
}

function compareFound(a: Found, b: Found, {order = []}: Filter): number {
  const byId = () => compareValues(a.row['id'], b.row['id']);
  if (a.distance !== null && b.distance !== null) {
    return compareValues(a.distance, b.distance) || byId();
  }
  for (const term of [order].flat()) {
    const [path, direction] = term.split(' ') as [string, string?];
    const order = compareValues(
      singleValueAt(a.row, path),
      singleValueAt(b.row, path),
    );
    if (order !== 0) return direction === 'DESC' ? -order : order;
  }
  return byId();
}

function isEqualTo(a: unknown, b: unknown): boolean {
  return compareValues(a, b) === 0;
}

/** Keeps the listed properties, or drops those that are listed as false. */
function selectFields(row: Row, fields: Filter['fields']): Row {
  if (fields === undefined) return row;
  const named = (name: string) =>
    Array.isArray(fields) ? fields.includes(name) : fields[name] === true;
  const dropped = (name: string) =>
    !Array.isArray(fields) && fields[name] === false;
  const names = Object.keys(row);
  const isAnyNamed = Array.isArray(fields)
    ? fields.length > 0
    : Object.values(fields).includes(true);
  const kept = names.filter(isAnyNamed ? named : name => !dropped(name));
  return Object.fromEntries(kept.map(name => [name, row[name]]));
}

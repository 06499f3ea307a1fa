import {isUtf8} from 'node:buffer';
import {parseKept} from '../../schema/kept';
import {maxDepth, tooDeepAt} from '../data-file/json-scanner';
import {parseTableTypes} from '../data-file/typed-rows';

/** Where a row is: its key begins, its value begins, and it ends. */
export type RowPlace = readonly [
  start: number,
  valueStart: number,
  end: number,
];

/**
 * The members of a damaged data file that could be read, as bytes of that file,
 * each of them checked; put together they are a sound data file.
 */
export class SavedMembers {
  /** How many rows were saved. */
  rows = 0;
  private readonly ids = new Map<string, Buffer>();
  private readonly types = new Map<string, Buffer>();
  private readonly schemas = new Map<string, Buffer>();
  private readonly models = new Map<string, Map<string, Buffer>>();
  private readonly unknown = new Map<string, Buffer>();

  constructor(private readonly bytes: Buffer) {}

  /** Whether the types of any model were saved. */
  get hasTypes(): boolean {
    return this.types.size > 0;
  }

  /** Whether any model has begun. */
  get hasModels(): boolean {
    return this.models.size > 0;
  }

  /** Whether that model has begun. */
  hasModel(name: string): boolean {
    return this.models.has(name);
  }

  /** Whether that model has a next id. */
  hasId(name: string): boolean {
    return this.ids.has(name);
  }

  /** The member that was saved as a row; undefined when there is none. */
  rowOf(model: string, key: string): Buffer | undefined {
    return this.models.get(model)?.get(key);
  }

  /** The models that have a next id and have not begun. */
  missingModels(): string[] {
    return [...this.ids.keys()].filter(name => !this.models.has(name));
  }

  /** A model of which there may be rows. */
  addModel(name: string): void {
    if (!this.models.has(name)) this.models.set(name, new Map());
  }

  /** Adds a top-level member that is neither of the known ones. */
  addUnknown(name: string, value: Buffer): void {
    this.unknown.set(name, value);
  }

  /** Adds a model's next id, types or schema; returns what is wrong, if anything is. */
  addOf(
    section: 'ids' | 'types' | 'schemas',
    model: string,
    value: Buffer,
  ): string | undefined {
    const json: unknown = JSON.parse(value.toString());
    if (section === 'ids') {
      const isId = json === null || Number.isFinite(Number(json));
      if (!isId) return `the next id of ${model} is not a number`;
      this.ids.set(model, value);
      return undefined;
    }
    if (section === 'schemas') {
      const schema = parseKept(model, json);
      if (typeof schema === 'string') {
        return `"schemas": the value of ${model} ${schema}`;
      }
      this.schemas.set(model, value);
      return undefined;
    }
    const types = parseTableTypes(json);
    if (typeof types === 'string') {
      return `"types": the value of ${model} ${types}`;
    }
    this.types.set(model, value);
    return undefined;
  }

  /** Adds a row; returns what is wrong with it, if anything is. */
  addRow(model: string, key: string, place: RowPlace): string | undefined {
    this.addModel(model);
    const rows = this.models.get(model)!;
    if (rows.has(key)) return `row ${key} of ${model} is there twice`;
    const [start, valueStart, end] = place;
    const member = this.bytes.subarray(start, end);
    const row = isUtf8(member)
      ? rowIn(this.bytes.toString('utf8', valueStart, end))
      : undefined;
    if (row === undefined) return `row ${key} of ${model} cannot be read`;
    if (row === 'too deep') {
      return `row ${key} of ${model} is nested deeper than ${maxDepth}`;
    }
    if (row === null) return undefined;
    rows.set(key, member);
    this.rows++;
    return undefined;
  }

  /** A sound data file. */
  text(): Buffer {
    const parts: Buffer[] = [Buffer.from('{"ids": ')];
    object(parts, named(this.ids));
    parts.push(Buffer.from(',\n"models": '));
    const models = [...this.models].map(([name, rows]) => {
      const inner: Buffer[] = [];
      object(inner, [...rows.values()]);
      return memberOf(name, Buffer.concat(inner));
    });
    object(parts, models);
    parts.push(Buffer.from(',\n"types": '));
    object(parts, named(this.types));
    if (this.schemas.size > 0) {
      parts.push(Buffer.from(',\n"schemas": '));
      object(parts, named(this.schemas));
    }
    for (const member of named(this.unknown)) {
      parts.push(Buffer.from(',\n'), member);
    }
    parts.push(Buffer.from('}\n'));
    return Buffer.concat(parts);
  }
}

/** The row in a value; null where there is none, undefined where it is bad. */
function rowIn(json: string): object | 'too deep' | null | undefined {
  try {
    const value: unknown = JSON.parse(json);
    const isText = typeof value === 'string';
    if (isText && tooDeepAt(value) !== undefined) return 'too deep';
    const row: unknown = isText ? JSON.parse(value) : value;
    return typeof row === 'object' && !Array.isArray(row) ? row : undefined;
  } catch {
    return undefined;
  }
}

function named(values: ReadonlyMap<string, Buffer>): Buffer[] {
  return [...values].map(([name, value]) => memberOf(name, value));
}

function memberOf(name: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(name)}: `), value]);
}

function object(parts: Buffer[], members: readonly Buffer[]): void {
  let separator = '{';
  for (const member of members) {
    parts.push(Buffer.from(separator), member);
    separator = ',\n';
  }
  parts.push(Buffer.from(separator === '{' ? '{}' : '}'));
}

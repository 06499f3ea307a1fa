import {isObject} from '../base/objects';

/**
 * A value as JSON can write it: what JSON has no word for is an object of one
 * key, `{"@": "NaN"}`, `{"@": "date 2026-01-01T00:00:00.000Z"}`.
 */
export type Told =
  | null
  | string
  | number
  | boolean
  | readonly Told[]
  | {readonly [name: string]: Told};

/** What a statement came to. */
export type Answer =
  | {readonly value: Told}
  /** Its name, message, codes and what it names, as the driver makes them. */
  | {readonly error: Told};

/**
 * Puts numbers for what is made up anew each time: uuids in the order in which
 * they are met, numbers of processes and transactions of a server.
 */
export class Teller {
  private readonly uuids = new Map<string, string>();

  /** `ignore` are names of properties that are left out. */
  constructor(private readonly ignore: ReadonlySet<string> = new Set()) {}

  /** What a promise comes to; it never rejects. */
  async answer(work: () => unknown): Promise<Answer> {
    try {
      return {value: this.tell(await work())};
    } catch (error) {
      return {error: this.tellError(error)};
    }
  }

  /** A copy of a value. Instances of models are their properties. */
  tell(value: unknown): Told {
    switch (typeof value) {
      case 'string':
        return this.tellText(value);
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : mark(Object.is(value, -0) ? '-0' : String(value));
      case 'object':
        return value === null ? null : this.tellObject(value);
      case 'function':
        return mark(`function ${value.name}`);
      case 'bigint':
        return mark(`bigint ${value}`);
      default:
        return mark(typeof value);
    }
  }

  private tellObject(value: object): Told {
    if (value instanceof Date) {
      const isValid = !Number.isNaN(value.getTime());
      return mark(`date ${isValid ? value.toISOString() : 'invalid'}`);
    }
    if (Buffer.isBuffer(value)) return mark(`bytes ${value.toString('hex')}`);
    if (value instanceof RegExp) return mark(`expression ${String(value)}`);
    if (value instanceof Error) return {error: this.tellError(value)};
    if (isTransaction(value)) return mark('transaction');
    if (Array.isArray(value)) {
      return Array.from(value as unknown[], each => this.tell(each));
    }
    const plain = 'toObject' in value ? plainOf(value as Instance) : value;
    return Array.isArray(plain) ? this.tell(plain) : this.tellProperties(plain);
  }

  private tellProperties(value: object): Told {
    const told: Record<string, Told> = {};
    for (const [name, each] of Object.entries(value)) {
      if (!this.ignore.has(name)) told[name] = this.tell(each);
    }
    return told;
  }

  /** Errors of `createAll` and the like come as lists. */
  private tellError(error: unknown): Told {
    if (!isObject(error)) return this.tell(error);
    if (Array.isArray(error)) {
      return Array.from(error as unknown[], each =>
        each === undefined ? this.tell(each) : this.tellError(each),
      );
    }
    const told: Record<string, Told> = {};
    for (const name of errorFields) {
      const value: unknown = error[name];
      if (value !== undefined) told[name] = this.tell(value);
    }
    const {codes} = isObject(error['details']) ? error['details'] : {};
    if (codes !== undefined) told['codes'] = this.tell(codes);
    return told;
  }

  private tellText(text: string): string {
    return text
      .replaceAll(uuid, found => this.numberOf(found.toLowerCase()))
      .replaceAll(/\b([Pp]rocess|on transaction) \d+/g, '$1 N');
  }

  private numberOf(found: string): string {
    const {uuids} = this;
    const known = uuids.get(found) ?? `<uuid ${uuids.size + 1}>`;
    uuids.set(found, known);
    return known;
  }
}

const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;

/** What of an error is compared. A stack, a position in SQL and SQL are not. */
const errorFields = [
  'name',
  'message',
  'code',
  'errno',
  'sqlState',
  'statusCode',
  'severity',
  'detail',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
];

interface Instance {
  toObject(
    onlySchema: boolean,
    removeHidden: boolean,
    removeProtected: boolean,
  ): object;
}

function plainOf(instance: Instance): object {
  return instance.toObject(false, false, false);
}

function isTransaction(value: object): boolean {
  return 'commit' in value && 'rollback' in value;
}

function mark(word: string): Told {
  return {'@': word};
}

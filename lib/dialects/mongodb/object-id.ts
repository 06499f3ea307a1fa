import {randomBytes} from 'node:crypto';

/*
 * ObjectIds: what applications see of them, and how they are stored. The engine
 * knows no such values: they are bytes behind a mark, so they are no texts, and in
 * order of time. Twelve bytes: seconds, five of the process, a counter.
 */

const hexText = /^[0-9a-f]{24}$/i;
const mark = Buffer.from([0xf0, 0x07, 0x01, 0xd7]);

/** An id of MongoDB, as far as applications use those of the driver. */
export class ObjectId {
  private readonly hex: string;

  /** Of a text of 24 hexadecimal digits; else a new one. */
  constructor(hex?: string) {
    this.hex = (hex ?? newHex()).toLowerCase();
  }

  /** By which LoopBack and drivers tell it. */
  get _bsontype(): 'ObjectId' {
    return 'ObjectId';
  }

  toHexString(): string {
    return this.hex;
  }

  toString(): string {
    return this.hex;
  }

  toJSON(): string {
    return this.hex;
  }

  equals(other: unknown): boolean {
    return String(other).toLowerCase() === this.hex;
  }

  /** When it was made, to the second. */
  getTimestamp(): Date {
    return new Date(Number.parseInt(this.hex.slice(0, 8), 16) * 1000);
  }

  /** In Node.js: `new ObjectId("...")`. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `new ObjectId("${this.hex}")`;
  }
}

const ofProcess = randomBytes(5).toString('hex');
let counter = randomBytes(3).readUIntBE(0, 3);

function newHex(): string {
  counter = (counter + 1) % 0x1_00_00_00;
  const seconds = Math.floor(Date.now() / 1000);
  return (
    seconds.toString(16).padStart(8, '0') +
    ofProcess +
    counter.toString(16).padStart(6, '0')
  );
}

/** Whether a value is a text of 24 hexadecimal digits. */
export function isHex(value: unknown): value is string {
  return typeof value === 'string' && hexText.test(value);
}

/** Whether a value is an ObjectId, ours or that of a driver. */
export function isObjectId(value: unknown): value is ObjectId {
  if (typeof value !== 'object' || value === null) return false;
  const {_bsontype: kind} = value as {_bsontype?: unknown};
  return kind === 'ObjectId' || kind === 'ObjectID';
}

/**
 * The type of ids of LoopBack's connector: a function that makes ObjectIds of
 * texts of 24 digits, and leaves all else.
 */
export function ObjectID(value: unknown): unknown {
  return isHex(value) ? new ObjectId(value) : value;
}

/** Whether a stored value is an ObjectId. */
export function isStoredId(value: unknown): value is Buffer {
  return (
    Buffer.isBuffer(value) &&
    value.length === 16 &&
    value.subarray(0, 4).equals(mark)
  );
}

/** A value as it is stored, with all that is in it. */
export function toStored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isObjectId(value)) {
    return Buffer.concat([mark, Buffer.from(value.toString(), 'hex')]);
  }
  return mapInside(value, toStored);
}

/** A stored value as it is read, with all that is in it. */
export function fromStored(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isStoredId(value)) return new ObjectId(value.toString('hex', 4));
  return mapInside(value, fromStored);
}

function mapInside(value: object, map: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, map(inner)]),
  );
}

/** A stored value with texts in the place of ObjectIds, as JSON has them. */
export function withHexIds(stored: unknown): unknown {
  return textsFor(fromStored(stored));
}

function textsFor(value: unknown): unknown {
  if (isObjectId(value)) return value.toHexString();
  if (Array.isArray(value)) return value.map(textsFor);
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, each]) => [name, textsFor(each)]),
  );
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

import {createHash, randomFillSync} from 'node:crypto';
import {InMemoryError, show} from '../../base/errors';

/** What LoopBack makes ids by, in `defaultFn`. */
export type GeneratedId = 'guid' | 'uuid' | 'uuidv4' | 'shortid' | 'nanoid';

/** A time, or what tells it each time that it is asked. */
export type SetClock = Date | string | number | (() => Date | string | number);

/** From where times and ids come. */
export interface ClockAndIds {
  /** The time that counts as now; a function is asked each time. The real one if left out. */
  readonly now?: SetClock | undefined;
  /** What ids are made from: the same seed, the same ids. A function makes each itself. */
  readonly ids?: number | string | ((kind: GeneratedId) => string) | undefined;
}

/** A number from 0 to less than 1. */
export type Random = () => number;

/** Numbers that follow from a seed: the same seed, the same numbers (sfc32). */
export function randomFrom(seed: number | string): Random {
  const start = createHash('sha256').update(String(seed)).digest();
  let a = start.readInt32LE(0);
  let b = start.readInt32LE(4);
  let c = start.readInt32LE(8);
  let counter = start.readInt32LE(12);
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  };
}

/** A set clock as a function. Fails with INVALID_SETTING on what is no time. */
export function clockOf(now: SetClock | undefined): () => Date {
  if (now === undefined) return () => new Date();
  const read = typeof now === 'function' ? now : () => now;
  const clock = (): Date => {
    const given = read();
    const date = new Date(given);
    if (!Number.isNaN(date.getTime())) return date;
    throw new InMemoryError(
      'INVALID_SETTING',
      `now cannot be ${show(given)}: it must be a date, its text, its milliseconds, ` +
        'or a function that returns one.',
      {property: 'now'},
    );
  };
  if (typeof now !== 'function') clock();
  return clock;
}

function refuseOtherIds(ids: ClockAndIds['ids']): void {
  if (['undefined', 'number', 'string', 'function'].includes(typeof ids))
    return;
  throw new InMemoryError(
    'INVALID_SETTING',
    `ids cannot be ${show(ids)}: it must be a number or a text from which ids are ` +
      'made, or a function that returns one.',
    {property: 'ids'},
  );
}

const alphabet =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
const nanoidLength = 9;

/** Makes what LoopBack makes for the names in `defaultFn`. */
export class GeneratedValues {
  readonly now: () => Date;
  private readonly bytes: Bytes;
  private readonly given: ((kind: GeneratedId) => string) | undefined;

  /** Real times and ids for what is left out. Fails with INVALID_SETTING. */
  constructor({ids, now}: ClockAndIds = {}) {
    this.now = clockOf(now);
    refuseOtherIds(ids);
    this.given = typeof ids === 'function' ? ids : undefined;
    this.bytes =
      ids === undefined || typeof ids === 'function'
        ? count => randomFillSync(Buffer.alloc(count))
        : bytesFrom(randomFrom(ids));
  }

  /** A value for a name in `defaultFn`; undefined where LoopBack knows no such. */
  make(name: unknown): unknown {
    if (name === 'now') return this.now();
    const kind = name as GeneratedId;
    const make = makers[kind] as
      ((from: Bytes, now: Date) => string) | undefined;
    if (make === undefined) return undefined;
    return this.given?.(kind) ?? make(this.bytes, this.now());
  }
}

type Bytes = (count: number) => Buffer;

/** What makes an id of each kind that LoopBack knows. */
const makers: Readonly<
  Record<GeneratedId, (from: Bytes, now: Date) => string>
> = {
  uuid: uuidByTime,
  guid: uuidByTime,
  uuidv4: from => uuidOf(from(16), 4),
  shortid: nanoid,
  nanoid,
};

/** A UUID of version 1 after RFC 9562, by a node that is no network card's address. */
function uuidByTime(from: Bytes, now: Date): string {
  const bytes = from(16);
  const ticks = BigInt(now.getTime() + gregorianMs) * 10_000n;
  const fine = ticks + BigInt(bytes.readUInt16BE(0) % 10_000);
  bytes.writeUInt32BE(Number(fine & 0xffffffffn), 0);
  bytes.writeUInt16BE(Number((fine >> 32n) & 0xffffn), 4);
  bytes.writeUInt16BE(Number((fine >> 48n) & 0xfffn), 6);
  bytes[10]! |= 1;
  return uuidOf(bytes, 1);
}

function uuidOf(bytes: Buffer, version: number): string {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function nanoid(from: Bytes): string {
  return Array.from(from(nanoidLength), byte => alphabet[byte & 63]).join('');
}

/** Milliseconds from the beginning of the Gregorian calendar to that of Unix' time. */
const gregorianMs = 12_219_292_800_000;

function bytesFrom(random: Random): (count: number) => Buffer {
  return count =>
    Buffer.from(Array.from({length: count}, () => Math.floor(random() * 256)));
}

/** A property, as far as it says what it has where nothing is given. */
interface Defaulting {
  readonly type?: unknown;
  readonly default?: unknown;
  readonly defaultFn?: unknown;
}

/** Whether the value that a property has by default is a time, or made anew each time. */
export function isGenerated(property: Defaulting): boolean {
  const {default: byDefault, defaultFn, type} = property;
  if (byDefault === undefined) {
    return defaultFn === 'now' || Object.hasOwn(makers, String(defaultFn));
  }
  return byDefault === Date || (byDefault === '$now' && type === Date);
}

/** The value that a property has where none is given, as the juggler makes it. */
export function defaultOf(
  property: Defaulting,
  values: GeneratedValues,
): unknown {
  const {default: byDefault, defaultFn} = property;
  if (isGenerated(property)) {
    return byDefault === undefined ? values.make(defaultFn) : values.now();
  }
  return typeof byDefault === 'function'
    ? (byDefault as () => unknown)()
    : byDefault;
}

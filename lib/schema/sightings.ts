import {types} from 'node:util';
import type {ColumnType} from '../value/coerce';

/** What a value can be, as bits, so that what many are is one number. */
const kind = {
  boolean: 1,
  number: 2,
  text: 4,
  /** A text that is a moment: date, time and zone. */
  dateText: 8,
  date: 16,
  bytes: 32,
  point: 64,
  object: 128,
  array: 256,
  /** What no declared type fits: a bigint. */
  other: 512,
} as const;

/** An object with more properties than this is a dictionary, not a shape. */
const maxProperties = 100;

/** Below this depth objects are not looked into. */
const maxDepth = 8;

/** How many different texts are counted before a place is no enum for sure. */
const maxTexts = 10;

/** How long a text of an enum may be. */
const maxTextLength = 40;

/** The values at one place in all rows of a table, as far as types go. */
export class Sightings {
  /** How many values there were; nulls and what is missing are none. */
  count = 0;
  /** How many nulls there were. */
  nulls = 0;
  /** Whether all numbers, also those in lists, were integers that a number holds. */
  hasIntegers = true;
  /** The least of the numbers, in lists too. */
  minimum = Infinity;
  private kinds = 0;
  private texts: Map<string, number> | undefined = new Map();
  private readonly own = new Map<string, Sightings>();
  private isDictionary = false;
  private elements: Sightings | undefined;

  constructor(private readonly depth = 0) {}

  /** Takes note of one value. Cost: its size. */
  note(value: unknown): void {
    if (value === null || value === undefined) {
      this.nulls++;
      return;
    }
    this.count++;
    this.kinds |= this.kindOf(value);
  }

  /** What all of the values can be declared as; `any` without any value. */
  get type(): ColumnType {
    const {elements, kinds} = this;
    if (kinds !== kind.array) return typeOf(kinds);
    const element = elements?.nulls === 0 ? typeOf(elements.kinds) : 'any';
    switch (element) {
      case 'boolean':
      case 'number':
      case 'string':
      case 'date':
      case 'bytes':
      case 'point':
        return `${element}[]`;
      default:
        return 'array';
    }
  }

  /**
   * The properties of the objects that the values are, or that are in the lists
   * which they are; undefined where there are none, or anything may be.
   */
  get properties(): ReadonlyMap<string, Sightings> | undefined {
    const {elements, isDictionary, kinds, own, type} = this;
    if (kinds === kind.array) {
      return elements?.nulls === 0 ? elements.properties : undefined;
    }
    return type === 'object' && !isDictionary && own.size > 0 ? own : undefined;
  }

  /** How often each text was there; undefined where they are many, or long. */
  get textCounts(): ReadonlyMap<string, number> | undefined {
    return this.type === 'string' ? this.texts : undefined;
  }

  private kindOf(value: {}): number {
    switch (typeof value) {
      case 'boolean':
        return kind.boolean;
      case 'number':
        return this.noteNumber(value);
      case 'string':
        return this.noteText(value);
      case 'object':
        return this.noteObject(value);
      default:
        return kind.other;
    }
  }

  private noteNumber(value: number): number {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.hasIntegers = false;
    }
    if (value < this.minimum) this.minimum = value;
    return kind.number;
  }

  private noteText(value: string): number {
    const {texts} = this;
    if (texts !== undefined) {
      const count = texts.get(value) ?? 0;
      const isNew = count === 0;
      const isOver = texts.size === maxTexts || value.length > maxTextLength;
      if (isNew && isOver) this.texts = undefined;
      else texts.set(value, count + 1);
    }
    const isText = (this.kinds & kind.text) !== 0 || !isMoment(value);
    return isText ? kind.text : kind.dateText;
  }

  private noteObject(value: object): number {
    if (types.isDate(value)) return kind.date;
    if (types.isUint8Array(value)) return kind.bytes;
    if (Array.isArray(value)) {
      this.noteElements(value);
      return kind.array;
    }
    if (isBytesForm(value)) return kind.bytes;
    this.noteProperties(value);
    return isPointForm(value) ? kind.point : kind.object;
  }

  private noteElements(list: readonly unknown[]): void {
    if (this.depth >= maxDepth) return;
    this.elements ??= new Sightings(this.depth + 1);
    const {elements} = this;
    for (const element of list) elements.note(element);
    if (!elements.hasIntegers) this.hasIntegers = false;
    if (elements.minimum < this.minimum) this.minimum = elements.minimum;
  }

  private noteProperties(value: object): void {
    const {depth, own} = this;
    if (this.isDictionary) return;
    for (const [name, part] of Object.entries(value)) {
      let sightings = own.get(name);
      if (sightings === undefined) {
        if (own.size === maxProperties || depth >= maxDepth) {
          this.isDictionary = true;
          own.clear();
          return;
        }
        sightings = new Sightings(depth + 1);
        own.set(name, sightings);
      }
      sightings.note(part);
    }
  }
}

const typesOfKinds: ReadonlyMap<number, ColumnType> = new Map([
  [kind.boolean, 'boolean'],
  [kind.number, 'number'],
  [kind.text, 'string'],
  [kind.text | kind.dateText, 'string'],
  [kind.dateText, 'date'],
  [kind.date, 'date'],
  [kind.date | kind.dateText, 'date'],
  [kind.bytes, 'bytes'],
  [kind.point, 'point'],
  [kind.object, 'object'],
  [kind.object | kind.point, 'object'],
  [kind.array, 'array'],
]);

function typeOf(kinds: number): ColumnType {
  return typesOfKinds.get(kinds) ?? 'any';
}

const momentForm =
  /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Whether a text is a moment in ISO form: date, time of at most milliseconds, and
 * zone, for without one it is another moment elsewhere.
 */
export function isMoment(text: string): boolean {
  if (text.length < 17 || text.length > 29) return false;
  const parts = momentForm.exec(text);
  if (parts === null || Number.isNaN(Date.parse(text))) return false;
  // JavaScript takes February 30 for a day of March.
  const [year, month, day] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCDate() === day;
}

/** Whether an object is a point, and nothing else. */
function isPointForm(value: object): boolean {
  const {lat, lng} = value as {lat?: unknown; lng?: unknown};
  return (
    isWithin(lat, 90) && isWithin(lng, 180) && Object.keys(value).length === 2
  );
}

function isWithin(value: unknown, limit: number): boolean {
  return typeof value === 'number' && Math.abs(value) <= limit;
}

/** Whether an object is what Node writes for a Buffer as JSON. */
function isBytesForm(value: object): boolean {
  const {type, data} = value as {type?: unknown; data?: unknown};
  return (
    type === 'Buffer' &&
    Array.isArray(data) &&
    data.every(byte => Number.isInteger(byte) && byte >= 0 && byte <= 255) &&
    Object.keys(value).length === 2
  );
}

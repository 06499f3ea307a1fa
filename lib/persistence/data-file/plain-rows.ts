import {Kind} from '../../value/compare';
import {type MakeBlank, RowShapes} from '../../value/row-shapes';
import {isoTimeAt, isoTimeBytes} from './iso-time';
import {byte} from './json-scanner';
import {NumberReader} from './number-reader';
import {compileSetter, type SetProperty} from './property-setter';
import type {ShortTexts} from './short-texts';

type Row = Record<string, unknown>;

/** Rows with the same properties in the same order. */
interface Shape {
  readonly names: readonly string[];
  /** What stands in the file before each value. */
  readonly leads: readonly Lead[];
  /** Which values the file says to be dates. */
  readonly areDates: readonly boolean[];
  readonly makeBlank: MakeBlank;
  readonly setters: readonly SetProperty[];
  /** Bits for the kinds that were seen of each value. */
  readonly kinds: Uint16Array;
}

/** Bytes that are compared four at a time. */
interface Lead {
  readonly bytes: Uint8Array;
  /** Four bytes each as a number; what is left of the bytes is not among them. */
  readonly words: Int32Array;
}

/** The kinds that the values of each property have, at most. */
export type SeenKinds = ReadonlyMap<string, ReadonlySet<Kind>>;

/** What is known of a model's rows beforehand. */
export interface RowsForm {
  /** Whether all bytes of the file are ASCII. */
  readonly isAscii: boolean;
  /** Properties of which texts in the form of `toISOString` are to become dates. */
  readonly dates: ReadonlySet<string>;
  /** The short texts of the file so far. */
  readonly texts: ShortTexts;
}

/** Beyond so many shapes rows are left to `JSON.parse`. */
const maxShapes = 8;
const maxNames = 100;

/** So many rows are parsed for their shape; most teach none that is new. */
const maxLessons = 64;

/** So many rows are tried in vain, and more if more were read. */
const patience = 100;

/** Texts are cut out of a part of the file that is one text. */
const partBytes = 64 * 1024;

/** V8 cuts no longer ones out without keeping all of the text that they are from. */
const maxCopiedLength = 12;

/** `JSON.parse` has one text only for all that are equal and as short. */
const maxSharedLength = 10;

const notPlain = Symbol('not plain');

/**
 * Reads rows directly from the bytes of a data file, where each is a JSON text
 * within JSON, if they are as most are: of a shape that was seen before, and
 * all values are numbers, booleans, null, and texts without escapes.
 *
 *   "7": "{\"id\":7,\"name\":\"a\"}"
 *         -------- --------- what is the same in all rows of the shape
 *
 * It takes half the time of taking off the outer escapes and `JSON.parse`, and
 * dates need never be texts. What it reads is what `JSON.parse` would make of it.
 */
export class PlainRows {
  /** Where the row ends that was read last: behind its closing quote. */
  end = 0;
  private at = 0;
  /** The kind of the value that was read last. */
  private kind: Kind = Kind.null;
  private readonly shapes: Shape[] = [];
  private readonly blanks = new RowShapes([]);
  private readonly numbers: NumberReader;
  private readonly view: DataView;
  private part = '';
  private partStart = 0;
  private read = 0;
  private failed = 0;
  private lessons = 0;

  constructor(
    private readonly source: Buffer,
    private readonly form: RowsForm,
  ) {
    this.numbers = new NumberReader(source);
    this.view = viewOf(source);
  }

  /** The row in the text that begins at `start`; undefined where it is not plain. */
  rowAt(start: number): Row | undefined {
    const {shapes} = this;
    for (let i = 0; i < shapes.length; i++) {
      const shape = shapes[i]!;
      const row = this.rowOf(shape, start);
      if (row === undefined) continue;
      if (i > 0) [shapes[0], shapes[i]] = [shape, shapes[0]!];
      this.read++;
      return row;
    }
    if (++this.failed > patience + this.read) shapes.length = 0;
    return undefined;
  }

  /** Whether {@link rowAt} may come to read rows like the one that it did not. */
  get mayLearn(): boolean {
    const {failed, lessons, read, shapes} = this;
    const isRoom = shapes.length < maxShapes && lessons < maxLessons;
    return isRoom && failed <= patience + read;
  }

  /** Notes the shape of a row that was read otherwise. */
  learn(row: Row): void {
    const {shapes} = this;
    const names = Object.keys(row);
    this.lessons++;
    if (!areUsual(names) || shapes.some(shape => isSame(shape.names, names))) {
      return;
    }
    shapes.push({
      names,
      leads: names.map((name, i) => leadOf(name, i)),
      areDates: names.map(name => this.form.dates.has(name)),
      makeBlank: this.blanks.blankMaker(names),
      setters: names.map(compileSetter),
      kinds: new Uint16Array(names.length),
    });
  }

  /** What was seen of all rows that were read. */
  seenKinds(): Map<string, Set<Kind>> {
    const seen = new Map<string, Set<Kind>>();
    for (const {kinds, names} of this.shapes) {
      for (const [i, name] of names.entries()) {
        const own = Object.values(Kind).filter(kind => kinds[i]! & (1 << kind));
        seen.set(name, new Set([...(seen.get(name) ?? []), ...own]));
      }
    }
    return seen;
  }

  private rowOf(shape: Shape, start: number): Row | undefined {
    const {areDates, kinds, leads, makeBlank, setters} = shape;
    const {source} = this;
    // Behind the quote.
    this.at = start + 1;
    if (!this.isAt(leads[0]!)) return undefined;
    const row = makeBlank();
    for (let i = 0; i < leads.length; i++) {
      const lead = leads[i]!;
      if (i > 0 && !this.isAt(lead)) return undefined;
      this.at += lead.bytes.length;
      const value = this.value(areDates[i]!);
      if (value === notPlain) return undefined;
      setters[i]!(row, value);
      kinds[i]! |= 1 << this.kind;
    }
    const {at} = this;
    const isEnd =
      source[at] === byte.closeBrace && source[at + 1] === byte.quote;
    this.end = at + 2;
    return isEnd ? row : undefined;
  }

  /** Whether these bytes are next in the file. */
  private isAt({bytes, words}: Lead): boolean {
    const {at, source, view} = this;
    if (at + bytes.length > source.length) return false;
    for (let i = 0; i < words.length; i++) {
      if (view.getInt32(at + 4 * i, true) !== words[i]) return false;
    }
    for (let i = 4 * words.length; i < bytes.length; i++) {
      if (source[at + i] !== bytes[i]) return false;
    }
    return true;
  }

  private value(isDate: boolean): unknown {
    const {at, source} = this;
    switch (source[at]) {
      case byte.backslash:
        if (source[at + 1] !== byte.quote) return notPlain;
        return (isDate ? this.date() : undefined) ?? this.text();
      case 0x74:
        this.kind = Kind.boolean;
        return this.word('true', true);
      case 0x66:
        this.kind = Kind.boolean;
        return this.word('false', false);
      case 0x6e:
        this.kind = Kind.null;
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private word(word: string, value: unknown): unknown {
    const {at, source} = this;
    for (let i = 1; i < word.length; i++) {
      if (source[at + i] !== word.charCodeAt(i)) return notPlain;
    }
    this.at = at + word.length;
    return value;
  }

  private number(): unknown {
    const {numbers} = this;
    const number = numbers.numberAt(this.at);
    this.at = numbers.end;
    this.kind = Kind.number;
    return number === undefined ? notPlain : number;
  }

  private date(): Date | undefined {
    const {at, source} = this;
    const end = at + 2 + isoTimeBytes;
    if (source[end] !== byte.backslash || source[end + 1] !== byte.quote) {
      return undefined;
    }
    const time = isoTimeAt(source, at + 2);
    if (Number.isNaN(time)) return undefined;
    this.at = end + 2;
    this.kind = Kind.date;
    return new Date(time);
  }

  private text(): unknown {
    const {source} = this;
    const start = this.at + 2;
    let end = start;
    let bits = 0;
    let hash = 0;
    for (; ; end++) {
      const next = source[end]!;
      if (next === byte.backslash) break;
      if (next === byte.quote || !(next >= 0x20)) return notPlain;
      bits |= next;
      hash = (Math.imul(hash, 31) + next) | 0;
    }
    if (source[end + 1] !== byte.quote) return notPlain;
    this.at = end + 2;
    this.kind = Kind.string;
    if (bits >= 0x80) return source.toString('utf8', start, end);
    const length = end - start;
    if (length > maxCopiedLength) return source.toString('latin1', start, end);
    const text = this.shortText(start, end);
    return length > maxSharedLength ? text : this.form.texts.shared(text, hash);
  }

  private shortText(start: number, end: number): string {
    if (end > this.partStart + this.part.length) {
      this.partStart = start;
      this.part = this.source.toString('latin1', start, start + partBytes);
    }
    const {part, partStart} = this;
    return part.substring(start - partStart, end - partStart);
  }
}

/** Whether no name is among them that V8 treats otherwise than others. */
function areUsual(names: readonly string[]): boolean {
  return (
    names.length > 0 &&
    names.length <= maxNames &&
    !names.some(name => name === '__proto__' || /^\d+$/.test(name))
  );
}

/** The name as it stands before a value, in JSON within JSON. */
function leadOf(name: string, place: number): Lead {
  const json = `${place === 0 ? '{' : ','}${JSON.stringify(name)}:`;
  const bytes = Buffer.from(JSON.stringify(json).slice(1, -1));
  const view = viewOf(bytes);
  const words = Int32Array.from({length: bytes.length >> 2}, (_, i) =>
    view.getInt32(4 * i, true),
  );
  return {bytes, words};
}

function viewOf({buffer, byteLength, byteOffset}: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  return (
    names.length === others.length &&
    names.every((name, i) => name === others[i])
  );
}

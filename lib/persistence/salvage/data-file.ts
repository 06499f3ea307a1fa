import {isUtf8} from 'node:buffer';
import type {Damage} from '../disk/damage';
import {lineAndColumn} from '../disk/text-place';
import {byte, JsonScanner} from '../data-file/json-scanner';
import {SavedMembers, type ToldBytes} from './saved-members';

/** What could be saved from a damaged data file. */
export interface SalvagedData {
  /** A sound data file with all that could be read. */
  readonly bytes: Buffer;
  readonly savedRows: number;
  readonly losses: readonly Damage[];
}

/**
 * Saves what can be read of a damaged data file.
 *
 * Data files, the built-in connector's too, have one row a line, and the
 * indentation of a line tells what it is; so a damaged line costs no other:
 *
 *     {
 *       "ids": {
 *         "City": 8                 4 blanks in "ids": a next id
 *       },
 *       "models": {                 2 blanks: a section, or an unknown member
 *         "City": {                 4 blanks in "models": a model begins
 *           "7": "{\"id\":7}",      6 blanks: a row of that model
 *         },                        and ends
 *
 * Where whole lines may be gone (blocks that were lost), the line that begins
 * the next model may be among them. Rows after that are of the model before it
 * only if all models that "ids" names have begun; else they are not saved, for
 * nothing tells whose they are. A file of another form is read until its first
 * damage.
 */
export function salvageData(
  file: string,
  bytes: Buffer,
  at?: ToldBytes,
): SalvagedData {
  const salvage = new DataSalvage(file, bytes);
  if (bytes.includes('\n      "') || bytes.includes('\n  "models": {\n')) {
    salvage.readLines(done => at?.(done, bytes.length));
  } else salvage.readUntilDamage();
  const {saved, losses} = salvage;
  return {bytes: saved.text(), savedRows: saved.rows, losses};
}

/** A member that was read whole, by the places of its parts. */
interface Member {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Rows of which it is not yet known to which model they belong. */
interface UncertainRows {
  /** The last model that has begun before them. */
  readonly after: string | undefined;
  /** Whether that one has also ended before them. */
  readonly isAfterEnd: boolean;
  readonly rows: Member[];
}

class DataSalvage {
  readonly saved: SavedMembers;
  readonly losses: Damage[] = [];
  private section: string | undefined;
  private model: string | undefined;
  private hasModelEnded = false;
  private uncertain: UncertainRows | undefined;
  private readonly allUncertain: UncertainRows[] = [];
  private areIdsDamaged = false;
  private areIdsWhole = false;
  private isEndSeen = false;

  constructor(
    private readonly file: string,
    private readonly bytes: Buffer,
  ) {
    this.saved = new SavedMembers(bytes);
  }

  /** Reads a file with one row a line; `read` is told of each. */
  readLines(read: (bytes: number) => void): void {
    const {bytes} = this;
    let at = 0;
    while (at < bytes.length) {
      const newline = bytes.indexOf(byte.newline, at);
      const lineEnd = newline === -1 ? bytes.length : newline;
      at = Math.max(lineEnd, this.readLine(at, lineEnd)) + 1;
      read(at);
    }
    this.settle();
    if (!this.isEndSeen) this.noteMissingEnd();
  }

  /** Reads one line, or the lines of one value; where it has read to. */
  private readLine(start: number, lineEnd: number): number {
    const text = this.bytes.toString('latin1', start, lineEnd).trimEnd();
    const content = text.trimStart();
    const indent = text.length - content.length;
    if (content === '' || (indent === 0 && content === '{')) return lineEnd;
    if (content === '}' || content === '},') {
      this.close(indent);
      return lineEnd;
    }
    const member = this.open(indent, content)
      ? undefined
      : this.memberAt(start + indent);
    if (member === undefined) {
      if (!this.opened) this.loseLine(start, lineEnd, text);
      this.opened = false;
      return lineEnd;
    }
    this.take(indent, member);
    return this.finishLine(member.end);
  }

  /** Whether the line was the beginning of something with lines of its own. */
  private opened = false;

  private open(indent: number, content: string): boolean {
    if (!content.endsWith('": {') && !content.endsWith('": {}')) {
      if (!content.endsWith('": {},')) return false;
    }
    const name = this.nameIn(content);
    if (name === undefined) return false;
    const isSection = indent === 2 && sections.has(name);
    const isModel = indent === 4 && this.isInModels(name);
    if (!isSection && !isModel) return false;
    this.opened = true;
    this.uncertain = undefined;
    const isEmpty = !content.endsWith('{');
    if (isSection) {
      this.section = isEmpty ? undefined : name;
      this.model = undefined;
      return true;
    }
    this.model = name;
    this.hasModelEnded = isEmpty;
    this.saved.addModel(name);
    return true;
  }

  /**
   * Whether a row stands, or a model of that name begins, in "models", the ends of
   * which may be lost. No model begins twice, so the second one is in "types".
   */
  private isInModels(name: string | undefined): boolean {
    if (name !== undefined && this.saved.hasModel(name)) {
      if (this.section === 'models') this.section = undefined;
      return false;
    }
    const isLost = this.section !== 'types' && this.losses.length > 0;
    if (isLost && !this.saved.hasModels) this.section = 'models';
    return this.section === 'models';
  }

  private nameIn(content: string): string | undefined {
    const end = content.lastIndexOf('": {') + 1;
    try {
      const quoted = Buffer.from(content.slice(0, end), 'latin1');
      if (!isUtf8(quoted)) return undefined;
      return JSON.parse(quoted.toString()) as string;
    } catch {
      return undefined;
    }
  }

  private close(indent: number): void {
    if (indent === 4) this.hasModelEnded = true;
    if (indent === 2) {
      if (this.section === 'ids') this.areIdsWhole = !this.areIdsDamaged;
      this.section = undefined;
    }
    if (indent === 0) this.isEndSeen = true;
  }

  /** The member that begins at a place, if all of it can be read. */
  private memberAt(start: number): Member | undefined {
    const {bytes} = this;
    const scanner = new JsonScanner(bytes, stopReading, start);
    try {
      let member: Member | undefined;
      scanner.member((from, to) => {
        const key = JSON.parse(bytes.toString('utf8', from, to)) as string;
        const valueStart = scanner.at;
        scanner.skipValue();
        member = {key, start, valueStart, end: scanner.at};
      });
      return isUtf8(bytes.subarray(start, scanner.at)) ? member : undefined;
    } catch {
      return undefined;
    }
  }

  private take(indent: number, member: Member): void {
    const isTyped = this.saved.hasModel(member.key);
    const section = this.section ?? (isTyped ? 'types' : undefined);
    if (indent === 2) {
      this.takeTopLevel(member);
      return;
    }
    if (indent === 4 && (section === 'ids' || section === 'types')) {
      const problem = this.saved.addOf(
        section,
        member.key,
        this.valueOf(member),
      );
      if (problem !== undefined) this.lose(member.start, problem);
      return;
    }
    if (indent === 6 && this.isInModels(undefined)) this.takeRow(member);
    else this.lose(member.start, `${shown(member.key)} is in no place`);
  }

  /** A member of the file itself that begins and ends on lines of its own. */
  private takeTopLevel(member: Member): void {
    const {key, start, valueStart} = member;
    if (!sections.has(key)) {
      this.saved.addUnknown(key, this.valueOf(member));
      return;
    }
    const scanner = new JsonScanner(this.bytes, stopReading, valueStart);
    try {
      if (key === 'models') this.readModels(scanner);
      else this.readSection(scanner, key as 'ids' | 'types');
    } catch {
      this.lose(start, `"${key}" is not an object`);
    }
  }

  private takeRow(member: Member): void {
    // Behind damage this may be in "types", which has no texts at this place.
    const isText = this.bytes[member.valueStart] === byte.quote;
    if (!isText && this.losses.length > 0) {
      this.lose(
        member.start,
        `${shown(member.key)} cannot be told to be a row`,
      );
      return;
    }
    if (this.uncertain === undefined && !this.hasModelEnded) {
      if (this.model !== undefined) {
        this.addRow(this.model, member);
        return;
      }
    }
    this.doubt();
    this.uncertain!.rows.push(member);
  }

  private addRow(model: string, member: Member): void {
    const {key, start, valueStart, end} = member;
    const problem = this.saved.addRow(model, key, [start, valueStart, end]);
    if (problem !== undefined) this.lose(start, problem);
  }

  /** From here on it is not certain to which model rows belong. */
  private doubt(): void {
    if (this.section !== 'models' || this.uncertain !== undefined) return;
    const {model, hasModelEnded} = this;
    this.uncertain = {
      after: model,
      isAfterEnd: hasModelEnded || !model,
      rows: [],
    };
    this.allUncertain.push(this.uncertain);
  }

  /** The rest of a line after a member: a comma, or it is damaged. */
  private finishLine(end: number): number {
    const newline = this.bytes.indexOf(byte.newline, end);
    const lineEnd = newline === -1 ? this.bytes.length : newline;
    const rest = this.bytes.toString('latin1', end, lineEnd).trim();
    if (rest !== '' && rest !== ',') this.loseLine(end, lineEnd, '');
    return lineEnd;
  }

  private loseLine(start: number, lineEnd: number, text: string): void {
    const [, key] = /^ {6}"([^"\\\0]*)":/.exec(text) ?? [];
    const isRow = this.section === 'models' && key !== undefined;
    const isCut = lineEnd === this.bytes.length;
    const what = isRow ? `row ${key} of ${this.model}` : 'this line';
    const indent = text.length - text.trimStart().length;
    this.lose(
      start + indent,
      `${what} ${isCut ? 'is cut off' : 'cannot be read'}`,
    );
    if (this.section === 'ids') this.areIdsDamaged = true;
    if (!isRow || text.includes('\0')) this.doubt();
  }

  private lose(start: number, problem: string): void {
    const place = lineAndColumn(this.bytes, start);
    this.losses.push({file: this.file, problem, ...place});
  }

  /** Decides about the rows that were uncertain. */
  private settle(): void {
    const missing = this.areIdsWhole ? this.saved.missingModels() : undefined;
    const groups = this.allUncertain.filter(({rows}) => rows.length > 0);
    for (const {after, isAfterEnd, rows} of groups) {
      let model: string | undefined;
      if (missing?.length === 0 && !isAfterEnd) model = after;
      if (missing?.length === 1 && isAfterEnd && groups.length === 1) {
        [model] = missing;
      }
      for (const row of rows) {
        if (model !== undefined) this.addRow(model, row);
        else {
          const problem = `row ${shown(row.key)} cannot be told to be of a model`;
          this.lose(row.start, problem);
        }
      }
    }
  }

  private noteMissingEnd(): void {
    this.lose(this.bytes.length, 'the end of the file is missing');
    if (this.saved.hasTypes) return;
    this.lose(
      this.bytes.length,
      'which texts are dates, bytes or bigints stood behind the damage; ' +
        'they stay texts until a model declares them',
    );
  }

  private valueOf({valueStart, end}: Member): Buffer {
    return this.bytes.subarray(valueStart, end);
  }

  /** Reads a file of any form until the first damage. */
  readUntilDamage(): void {
    const {bytes} = this;
    const isMarked = bytes.subarray(0, 3).equals(byteOrderMark);
    const fail = (offset: number, problem: string): never => {
      this.lose(offset, `${problem}; nothing behind it is read`);
      throw new Error(problem);
    };
    const scanner = new JsonScanner(bytes, fail, isMarked ? 3 : 0);
    try {
      scanner.members((from, to) => {
        const start = scanner.at;
        const name = this.keyAt(from, to);
        if (name === 'models') this.readModels(scanner);
        else if (name === 'ids' || name === 'types') {
          this.readSection(scanner, name);
        } else {
          scanner.skipValue();
          this.saved.addUnknown(name, bytes.subarray(start, scanner.at));
        }
      });
      scanner.end();
    } catch (error) {
      if (this.losses.length === 0) throw error;
    }
  }

  private readSection(scanner: JsonScanner, section: 'ids' | 'types'): void {
    scanner.members((from, to) => {
      const start = scanner.at;
      scanner.skipValue();
      const value = this.bytes.subarray(start, scanner.at);
      const problem = this.saved.addOf(section, this.keyAt(from, to), value);
      if (problem !== undefined) this.lose(from, problem);
    });
  }

  private readModels(scanner: JsonScanner): void {
    scanner.members((from, to) => {
      const model = this.keyAt(from, to);
      this.saved.addModel(model);
      scanner.members((start, end) => {
        const valueStart = scanner.at;
        scanner.skipValue();
        const key = this.keyAt(start, end);
        this.addRow(model, {key, start, valueStart, end: scanner.at});
      });
    });
  }

  private keyAt(from: number, to: number): string {
    return JSON.parse(this.bytes.toString('utf8', from, to)) as string;
  }
}

const sections = new Set(['ids', 'models', 'types']);

const byteOrderMark = Buffer.from('\ufeff');

function stopReading(_offset: number, problem: string): never {
  throw new Error(problem);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}

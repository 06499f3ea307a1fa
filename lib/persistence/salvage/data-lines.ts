import {isUtf8} from 'node:buffer';
import {byte} from '../data-file/json-scanner';
import {
  isSection,
  memberAt,
  readWholeSection,
  type Section,
} from './data-members';
import {type DataSalvage, type Member, shown} from './data-salvage';
import {UncertainRows} from './uncertain-rows';

/*
 * Data files have one row a line, and the indentation of a line tells what it
 * is; so a damaged line costs no other:
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
 * What the lines so far tell about the next one is a `Place`:
 *
 *     file --- "ids": { ------> ids ----+
 *      ^  \--- "types": { ----> types --+
 *      |   \-- "models": { ---> models -+- } of 2 blanks: file again
 *      |            "City": {     |     |
 *      |                          v     |
 *      |   +--- "Land": { --> model ----+
 *      |   |                   | } of 4 blanks
 *      |   |                   v
 *      |   +------------- after model --+
 *      +--------------------------------+
 *
 * The lines that lead from one to another may be lost. So a section or model
 * begins at any place, and what cannot stand at a place moves it, see
 * `isInModels`.
 */
type Place =
  | {readonly kind: 'file'}
  | {readonly kind: 'ids'}
  | {readonly kind: 'types'}
  | {readonly kind: 'schemas'}
  /** In "models", where no model has begun yet. */
  | {readonly kind: 'models'}
  | {readonly kind: 'model'; readonly name: string}
  | {readonly kind: 'after model'; readonly name: string};

/** A line without its newline. */
interface Line {
  readonly start: number;
  readonly end: number;
  /** As Latin-1, without blanks at its end. */
  readonly text: string;
  /** How many blanks it begins with. */
  readonly indent: number;
  /** What stands behind these. */
  readonly content: string;
}

/** Reads a damaged data file line by line. */
export class DataLines {
  private place: Place = {kind: 'file'};
  private readonly uncertain = new UncertainRows();
  private areIdsDamaged = false;
  /** Whether "ids" was read to its end, so that it names all models. */
  private areIdsWhole = false;
  private isEndSeen = false;
  /** Whether the last row has no comma, so that it should be its model's last. */
  private isLastRow = false;

  constructor(private readonly salvage: DataSalvage) {}

  /** Reads all lines; `told` is called with the bytes that are done. */
  read(told: (doneBytes: number) => void): void {
    const {bytes} = this.salvage;
    let at = 0;
    while (at < bytes.length) {
      const line = lineAt(bytes, at);
      at = Math.max(line.end, this.readLine(line)) + 1;
      told(at);
    }
    this.uncertain.settle(this.salvage, this.areIdsWhole);
    if (!this.isEndSeen) this.noteMissingEnd();
  }

  /** Reads one line, or the lines of one value; where it has read to. */
  private readLine(line: Line): number {
    const {content, end, indent, start} = line;
    if (content === '' || (indent === 0 && content === '{')) return end;
    if (content === '}' || content === '},') {
      this.close(indent);
      return end;
    }
    if (this.open(line)) return end;
    const member = memberAt(this.salvage.bytes, start + indent);
    // Lines that are in no place tell nothing of those behind them.
    const isStray =
      indent === 4 &&
      member !== undefined &&
      this.sectionOf(member) === undefined;
    if (member === undefined || (isStray && member.end > end)) {
      this.loseLine(line);
      return end;
    }
    this.take(indent, member);
    return this.finishLine(member.end);
  }

  /** Whether the line was the beginning of something with lines of its own. */
  private open(line: Line): boolean {
    const {content, indent} = line;
    const beginning = beginnings.find(end => content.endsWith(end));
    if (beginning === undefined) return false;
    const name = nameIn(content.slice(0, 1 - beginning.length));
    if (name === undefined) return false;
    const isEmpty = beginning !== '": {';
    if (indent === 2 && isSection(name)) {
      this.place = {kind: isEmpty ? 'file' : name};
    } else if (indent === 4 && this.beginsModel(name, line)) {
      this.place = {kind: isEmpty ? 'after model' : 'model', name};
      this.salvage.saved.addModel(name);
    } else return false;
    this.uncertain.end();
    this.isLastRow = false;
    return true;
  }

  /**
   * Whether a model of that name begins in a line, also for the second time. Where
   * a row follows it does, since "types" has no texts there; the lines that lead to
   * "models" may be missing.
   */
  private beginsModel(name: string, {end, text}: Line): boolean {
    const {bytes, saved} = this.salvage;
    let next = lineAt(bytes, end + 1);
    while (next.text === text) next = lineAt(bytes, next.end + 1);
    const isRow = rowLine.test(next.text);
    if (isRow && (!this.areIdsWhole || saved.hasId(name))) return true;
    return this.isInModels(name);
  }

  /**
   * Whether a row stands, or a model of that name begins, in "models", the ends of
   * which may be lost. What begins twice without rows is in "types".
   */
  private isInModels(name?: string): boolean {
    const {losses, saved} = this.salvage;
    const {kind} = this.place;
    const isInside = modelPlaces.has(kind);
    if (name !== undefined && saved.hasModel(name)) {
      if (isInside) this.place = {kind: 'file'};
      return false;
    }
    if (isInside) return true;
    const isBehind = kind === 'types' || kind === 'schemas';
    const isLost = !isBehind && losses.length > 0 && !saved.hasModels;
    if (isLost) this.place = {kind: 'models'};
    return isLost;
  }

  private close(indent: number): void {
    const {place} = this;
    this.isLastRow = false;
    if (indent === 4 && place.kind === 'model') {
      this.place = {kind: 'after model', name: place.name};
    }
    if (indent === 2) {
      if (place.kind === 'ids') this.areIdsWhole = !this.areIdsDamaged;
      this.place = {kind: 'file'};
    }
    if (indent === 0) this.isEndSeen = true;
  }

  private take(indent: number, member: Member): void {
    if (indent === 2) {
      // It begins and ends on lines of its own.
      if (!isSection(member.key)) this.salvage.addUnknown(member);
      else readWholeSection(this.salvage, member.key, member);
      return;
    }
    const section = this.sectionOf(member);
    if (indent === 4 && section !== undefined && section !== 'models') {
      this.salvage.addOf(section, member);
      return;
    }
    if (indent === 6 && this.isInModels()) this.takeRow(member);
    else {
      this.salvage.lose(member.start, `${shown(member.key)} is in no place`);
    }
  }

  /** The section in which a member of 4 blanks stands. */
  private sectionOf({key}: Member): Section | undefined {
    const {kind} = this.place;
    if (kind === 'ids' || kind === 'types' || kind === 'schemas') return kind;
    if (modelPlaces.has(kind)) return 'models';
    return this.salvage.saved.hasModel(key) ? 'types' : undefined;
  }

  private takeRow(member: Member): void {
    const {salvage, uncertain} = this;
    // Behind damage this may be in "types", which has no texts at this place.
    const isText = salvage.bytes[member.valueStart] === byte.quote;
    if (!isText && salvage.losses.length > 0) {
      const problem = `${shown(member.key)} cannot be told to be a row`;
      salvage.lose(member.start, problem);
      return;
    }
    const {place} = this;
    if (place.kind === 'model' && salvage.repeats(place.name, member)) {
      const problem = `row ${member.key} of ${place.name} is there twice`;
      salvage.lose(member.start, `${problem}, in the same words: one is kept`);
      return;
    }
    const isCertain = !uncertain.isUncertain && !this.isLastRow;
    if (place.kind === 'model' && isCertain) {
      salvage.addRow(place.name, member);
      return;
    }
    this.doubt();
    uncertain.add(member);
  }

  /** From here on it is not certain to which model rows belong. */
  private doubt(): void {
    const {place, uncertain} = this;
    if (place.kind === 'models') uncertain.begin(undefined, true);
    if (place.kind === 'model') uncertain.begin(place.name, false);
    if (place.kind === 'after model') uncertain.begin(place.name, true);
  }

  /** The rest of a line after a member: a comma, or it is damaged. */
  private finishLine(memberEnd: number): number {
    const rest = lineAt(this.salvage.bytes, memberEnd);
    this.isLastRow = rest.content !== ',';
    if (rest.content !== '' && rest.content !== ',') this.loseRest(rest);
    return rest.end;
  }

  private loseLine(line: Line): void {
    const {indent, start, text} = line;
    const [, key] = /^ {6}"([^"\\\0]*)":/.exec(text) ?? [];
    if (key === undefined || !modelPlaces.has(this.place.kind)) {
      this.loseRest({...line, start: start + indent});
      return;
    }
    const model = 'name' in this.place ? this.place.name : undefined;
    const what = `row ${key} of ${model}`;
    this.salvage.lose(start + indent, `${what} ${this.howLost(line)}`);
    if (text.includes('\0')) this.doubt();
  }

  /** Loses what stands in a line, and may have been anything. */
  private loseRest(line: Line): void {
    this.salvage.lose(line.start, `this line ${this.howLost(line)}`);
    if (this.place.kind === 'ids') this.areIdsDamaged = true;
    this.doubt();
  }

  private howLost({end}: Line): string {
    const isCut = end === this.salvage.bytes.length;
    return isCut ? 'is cut off' : 'cannot be read';
  }

  private noteMissingEnd(): void {
    const {bytes, saved} = this.salvage;
    this.salvage.lose(bytes.length, 'the end of the file is missing');
    if (saved.hasTypes) return;
    this.salvage.lose(
      bytes.length,
      'which texts are dates, bytes or bigints stood behind the damage; ' +
        'they stay texts until a model declares them',
    );
  }
}

/** The places in "models". */
const modelPlaces: ReadonlySet<Place['kind']> = new Set([
  'models',
  'model',
  'after model',
]);

/** A row as the text that it is in data files. */
const rowLine = /^ {6}"(?:[^"\\]|\\.)*": "\{/;

/** How lines end that begin something, from the end of its name on. */
const beginnings = ['": {', '": {}', '": {},'];

/** What is left of the line in which a place is. */
function lineAt(bytes: Buffer, start: number): Line {
  const newline = bytes.indexOf(byte.newline, start);
  const end = newline === -1 ? bytes.length : newline;
  const text = bytes.toString('latin1', start, end).trimEnd();
  const content = text.trimStart();
  return {start, end, text, indent: text.length - content.length, content};
}

/** The name in a key, which is given as Latin-1 with its quotes. */
function nameIn(quoted: string): string | undefined {
  try {
    const bytes = Buffer.from(quoted, 'latin1');
    return isUtf8(bytes) ? (JSON.parse(bytes.toString()) as string) : undefined;
  } catch {
    return undefined;
  }
}

import type {Damage} from '../disk/damage';
import {lineAndColumn} from '../disk/text-place';
import {SavedMembers} from './saved-members';

/** A member that was read whole, by the places of its parts. */
export interface Member {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** What was saved of a damaged data file so far, and what was lost. */
export class DataSalvage {
  readonly saved: SavedMembers;
  readonly losses: Damage[] = [];

  constructor(
    private readonly file: string,
    readonly bytes: Buffer,
  ) {
    this.saved = new SavedMembers(bytes);
  }

  /** Notes what is wrong at a byte. */
  lose(start: number, problem: string): void {
    const place = lineAndColumn(this.bytes, start);
    this.losses.push({file: this.file, problem, ...place});
  }

  /** Saves a row, or loses it when it is none. */
  addRow(model: string, {key, start, valueStart, end}: Member): void {
    const problem = this.saved.addRow(model, key, [start, valueStart, end]);
    if (problem !== undefined) this.lose(start, problem);
  }

  /** Whether a row was saved in the very words of a member. */
  repeats(model: string, {key, start, end}: Member): boolean {
    const known = this.saved.rowOf(model, key);
    return known?.equals(this.bytes.subarray(start, end)) === true;
  }

  /** Saves the next id, the types or the schema of a model, or loses them. */
  addOf(section: 'ids' | 'types' | 'schemas', member: Member): void {
    const value = this.valueOf(member);
    const problem = this.saved.addOf(section, member.key, value);
    if (problem !== undefined) this.lose(member.start, problem);
  }

  /** Saves a member of the file itself that is not ours. */
  addUnknown(member: Member): void {
    this.saved.addUnknown(member.key, this.valueOf(member));
  }

  private valueOf({valueStart, end}: Member): Buffer {
    return this.bytes.subarray(valueStart, end);
  }
}

/** A name of the file in a problem. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}

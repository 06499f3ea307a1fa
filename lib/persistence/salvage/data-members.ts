import {isUtf8} from 'node:buffer';
import {type Fail, JsonScanner} from '../data-file/json-scanner';
import type {DataSalvage, Member} from './data-salvage';

/** The members of a data file that are ours. */
export type Section = 'ids' | 'models' | 'types' | 'schemas';

const sections: Readonly<Record<Section, true>> = {
  ids: true,
  models: true,
  types: true,
  schemas: true,
};

/** Whether a member of the file itself is one of ours. */
export function isSection(name: string): name is Section {
  return Object.hasOwn(sections, name);
}

/** Saves what stands in a file of any form before its first damage. */
export function readUntilDamage(salvage: DataSalvage): void {
  const {bytes, losses} = salvage;
  const isMarked = bytes.subarray(0, 3).equals(byteOrderMark);
  const fail = (offset: number, problem: string): never => {
    salvage.lose(offset, `${problem}; nothing behind it is read`);
    throw new Error(problem);
  };
  const scanner = new JsonScanner(bytes, fail, isMarked ? 3 : 0);
  try {
    scanner.members((from, to) => {
      const name = keyAt(bytes, from, to);
      if (isSection(name)) readSection(salvage, scanner, name);
      else salvage.addUnknown(memberFrom(scanner, name, from));
    });
    scanner.end();
  } catch (error) {
    if (losses.length === 0) throw error;
  }
}

const byteOrderMark = Buffer.from('\ufeff');

/** Saves the members of a section up to its first damage, at which it throws. */
function readSection(
  salvage: DataSalvage,
  scanner: JsonScanner,
  section: Section,
): void {
  const {bytes} = salvage;
  scanner.members((from, to) => {
    const name = keyAt(bytes, from, to);
    if (section !== 'models') {
      salvage.addOf(section, memberFrom(scanner, name, from));
      return;
    }
    salvage.saved.addModel(name);
    scanner.members((start, end) => {
      const key = keyAt(bytes, start, end);
      salvage.addRow(name, memberFrom(scanner, key, start));
    });
  });
}

/** Saves a section that was read whole, unless it is not of the form of one. */
export function readWholeSection(
  salvage: DataSalvage,
  section: Section,
  {start, valueStart}: Member,
): void {
  const scanner = new JsonScanner(salvage.bytes, stopReading, valueStart);
  try {
    readSection(salvage, scanner, section);
  } catch {
    salvage.lose(start, `"${section}" is not an object`);
  }
}

/** The member that begins at a place, if all of it can be read. */
export function memberAt(bytes: Buffer, start: number): Member | undefined {
  const scanner = new JsonScanner(bytes, stopReading, start);
  try {
    let member: Member | undefined;
    scanner.member((from, to) => {
      member = memberFrom(scanner, keyAt(bytes, from, to), start);
    });
    return isUtf8(bytes.subarray(start, scanner.at)) ? member : undefined;
  } catch {
    return undefined;
  }
}

/** A member of which the scanner has read the key. */
function memberFrom(scanner: JsonScanner, key: string, start: number): Member {
  const valueStart = scanner.at;
  scanner.skipValue();
  return {key, start, valueStart, end: scanner.at};
}

function keyAt(bytes: Buffer, from: number, to: number): string {
  return JSON.parse(bytes.toString('utf8', from, to)) as string;
}

const stopReading: Fail = (_offset, problem) => {
  throw new Error(problem);
};

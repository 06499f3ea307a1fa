import type {Damage} from '../disk/damage';
import {DataLines} from './data-lines';
import {readUntilDamage} from './data-members';
import {DataSalvage} from './data-salvage';

/** Is told how many bytes are done, of how many. */
export type ToldBytes = (doneBytes: number, totalBytes: number) => void;

/** What could be saved from a damaged data file. */
export interface SalvagedData {
  /** A sound data file with all that could be read. */
  readonly bytes: Buffer;
  readonly savedRows: number;
  readonly losses: readonly Damage[];
}

/**
 * Saves what can be read of a damaged data file: line by line where it has one
 * row a line, as data files have, those of the built-in connector too; a file of
 * another form until its first damage.
 */
export function salvageData(
  file: string,
  bytes: Buffer,
  at?: ToldBytes,
): SalvagedData {
  const salvage = new DataSalvage(file, bytes);
  if (bytes.includes('\n      "') || bytes.includes('\n  "models": {\n')) {
    new DataLines(salvage).read(done => at?.(done, bytes.length));
  } else readUntilDamage(salvage);
  const {saved, losses} = salvage;
  return {bytes: saved.text(), savedRows: saved.rows, losses};
}

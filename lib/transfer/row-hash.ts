import {createHash} from 'node:crypto';
import {types} from 'node:util';
import {idText} from '../persistence/salvage/identified-rows';
import {getOwn, type Row} from '../value/copy';

/*
 * Rows of any two databases are the same when their canonical texts are: missing
 * is null, a property's place counts for nothing, a date is its ISO text, and an
 * integer is the same as a number and as a bigint.
 */

/** A sum of the hashes of rows, for which their order counts for nothing. */
export class RowHash {
  private sum = 0n;
  private count = 0;

  /** Adds a row. */
  add(row: Row): void {
    const digest = createHash('sha256').update(canonicalText(row)).digest();
    const hash = (digest.readBigUInt64BE(0) << 64n) | digest.readBigUInt64BE(8);
    this.sum = BigInt.asUintN(128, this.sum + hash);
    this.count++;
  }

  /** How many rows were added. */
  get rows(): number {
    return this.count;
  }

  /** The sum as 32 hexadecimal digits. */
  get text(): string {
    return this.sum.toString(16).padStart(32, '0');
  }
}

/** A row as a text that is equal for rows that are the same. */
export function canonicalText(row: Row): string {
  const names = Object.keys(row)
    .filter(name => (row[name] ?? null) !== null)
    .sort();
  const members = names.map(
    name => `${JSON.stringify(name)}:${valueText(getOwn(row, name))}`,
  );
  return `{${members.join(',')}}`;
}

function valueText(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return value === 0 ? '0' : String(value);
    case 'bigint':
      return String(Number(value)) === String(value)
        ? String(value)
        : `${value}n`;
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return 'null';
  }
}

function objectText(value: object): string {
  if (types.isDate(value)) {
    const isValid = !Number.isNaN(value.getTime());
    return isValid ? JSON.stringify(value) : 'invalid date';
  }
  if (types.isUint8Array(value)) {
    return `x${Buffer.from(value).toString('hex')}`;
  }
  return Array.isArray(value)
    ? `[${value.map(valueText).join(',')}]`
    : canonicalText(value as Row);
}

/** The id of a row as a text; undefined where it has none. */
export function keyText(row: Row, key: readonly string[]): string | undefined {
  const values = key.map(name => getOwn(row, name) ?? null);
  if (values.length === 0 || values.includes(null)) return undefined;
  return idText(values.length === 1 ? values[0] : values);
}

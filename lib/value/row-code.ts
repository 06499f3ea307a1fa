import {Script} from 'node:vm';
import {copyOut, copyValueOut, type Row} from './copy';
import type {Path} from './path';

/** How the value of a property is compared with an operand of its own type. */
export type Comparison = keyof typeof comparisons;

/** What values of rows are compared with; a date by its time. */
export type Operand = string | number | boolean | Date;

/** Whether values are compared with it in loops; not with an invalid date. */
export function isOperand(value: unknown): value is Operand {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return true;
    default:
      return value instanceof Date && !Number.isNaN(value.getTime());
  }
}

/** What rows are selected by. */
export interface Sought {
  readonly operand: Operand;
  /** Decides for rows whose value is of another type than the operand. */
  readonly otherwise: (row: Row) => boolean;
}

/**
 * Puts those of the first `count` rows whose value compares with the operand into
 * `found`, which may be `rows` itself, and returns how many there are.
 */
export type Select = (
  rows: readonly Row[],
  count: number,
  found: Row[],
  sought: Sought,
) => number;

const comparisons = {
  equal: 'value === operand',
  notEqual: 'value !== operand',
  greater: 'value > operand',
  greaterOrEqual: 'value >= operand',
  less: 'value < operand',
  lessOrEqual: 'value <= operand',
  notGreater: '!(value > operand)',
  notLess: '!(value < operand)',
} as const;

/*
 * The engine notes for each place in the source which shapes of objects came by
 * and which functions were called, and is fast while they are few. All closures
 * of one function share these notes, and one that reads rows of any table soon
 * has too many. So what reads many rows is made anew from its text for each list of
 * declared properties, and each property. The texts are constant: no name can get
 * into them, and to Node a script is not what
 * `--disallow-code-generation-from-strings` forbids.
 */
const sources = new Map<string, Script>();

function made(text: string): unknown {
  let script = sources.get(text);
  if (script === undefined) sources.set(text, (script = new Script(text)));
  return script.runInThisContext();
}

function loopWhere(test: string): string {
  return `name => (rows, count, found, sought) => {
    const {otherwise} = sought;
    const operand = sought.operand.valueOf();
    let n = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[i];
      let value = row[name];
      if (${test}) found[n++] = row;
    }
    return n;
  }`;
}

/** What a row is tested by. An invalid date compares with nothing by its time. */
function testText(comparison: Comparison, type: string): string {
  const compared = comparisons[comparison];
  return type === 'object'
    ? 'value instanceof Date && (value = value.getTime()) === value ' +
        `? ${compared} : otherwise(row)`
    : `typeof value === '${type}' ? ${compared} : otherwise(row)`;
}

/** {@link copyOut} in a text of its own. */
const copyText = `copyValueOut => row => {
  const copy = {...row};
  for (const name in copy) {
    const value = copy[name];
    if (typeof value !== 'object' || value === null) continue;
    copy[name] = value instanceof Date
      ? new Date(value.getTime())
      : copyValueOut(value);
  }
  return copy;
}`;

/**
 * Whether scripts make the objects that the code here makes; where it runs in a
 * context of its own (as in Jest) callers are to get what is of that one.
 */
function isAtHome(): boolean {
  return Object.getPrototypeOf(made('({})')) === Object.prototype;
}

/** Names come from callers: beyond so many loops, predicates must do. */
const maxSelects = 1_000;

/** So many copies are made before a function of their own is worth its making. */
const copiesBeforeOwn = 500;

/** Functions for the rows of tables that have the same declared properties. */
export class RowCode {
  private readonly selects = new Map<string, Select>();
  private copies = 0;
  private ownCopyOut: typeof copyOut | undefined;

  /** A {@link copyOut} for rows of these tables. */
  readonly copyOut = (row: Row): Record<string, unknown> => {
    if (this.ownCopyOut !== undefined) return this.ownCopyOut(row);
    if (++this.copies === copiesBeforeOwn && isAtHome()) {
      this.ownCopyOut = (made(copyText) as CopyMaker)(copyValueOut);
    }
    return copyOut(row);
  };

  /** A loop that selects by a path; undefined where a predicate must do. */
  select(
    path: Path,
    comparison: Comparison,
    operand: Operand,
  ): Select | undefined {
    const name = path[0]!;
    const type = typeof operand;
    const key = `${comparison} ${type} ${path.join('.')}`;
    let select = this.selects.get(key);
    if (select !== undefined) return select;
    const isOne = path.length === 1 && !(name in Object.prototype);
    if (!isOne || this.selects.size >= maxSelects) return undefined;
    const text = loopWhere(testText(comparison, type));
    select = (made(text) as (name: string) => Select)(name);
    this.selects.set(key, select);
    return select;
  }
}

type CopyMaker = (copyValue: typeof copyValueOut) => typeof copyOut;

const codes = new Map<string, RowCode>();

/** Tables with other lists of properties than so many share what is made. */
const maxCodes = 1_000;
const others = new RowCode();

/** The functions for rows of tables that declare these properties. */
export function rowCodeOf(names: readonly string[]): RowCode {
  const key = JSON.stringify(names);
  let code = codes.get(key);
  if (code !== undefined) return code;
  if (codes.size >= maxCodes) return others;
  code = new RowCode();
  codes.set(key, code);
  return code;
}

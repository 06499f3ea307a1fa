import type {Choose} from '../persistence/memory-files';

/* What migrations do, over plain rows: the twin of lib/database/migration.ts. */

export const typeNames = ['Number', 'String', 'Boolean', 'Date'] as const;
export type TypeName = (typeof typeNames)[number];

/** A property of a model. */
export interface NaiveColumn {
  readonly type: TypeName;
  readonly isUnique: boolean;
  readonly isRequired: boolean;
  readonly isLossy: boolean;
  /** The name that it had before. */
  readonly from?: string;
  /** What rows get that are there when it is added. */
  readonly initial?: unknown;
}

/** A model. */
export interface NaiveDefinition {
  readonly columns: Readonly<Record<string, NaiveColumn>>;
  readonly idType: 'Number' | 'String';
}

type NaiveRow = Record<string, unknown>;

/** Texts of which each is how its value is written, if it stands for one. */
const texts = [
  '1',
  '2.5',
  '-3',
  'x',
  'true',
  '1970-01-01T00:00:00.005Z',
  '7 x',
];

/** Some value of a type. */
export function copyValue(type: TypeName, choose: Choose): unknown {
  switch (type) {
    case 'Number':
      return [0, 1, 2.5, -3][choose(4)];
    case 'String':
      return texts[choose(texts.length)];
    case 'Boolean':
      return choose(2) === 0;
    default:
      return new Date(choose(3));
  }
}

/** The rows of a model, which is defined anew again and again. */
export class NaiveMigrations {
  definition: NaiveDefinition = {columns: {}, idType: 'Number'};
  rows = new Map<unknown, NaiveRow>();

  /** A row that may be inserted; undefined where there is none at hand. */
  randomRow(choose: Choose): NaiveRow | undefined {
    const row: NaiveRow = {};
    for (const [name, column] of Object.entries(this.definition.columns)) {
      const kind = column.isRequired ? 2 : choose(5);
      if (kind === 0) row[name] = null;
      else if (kind > 1) row[name] = copyValue(column.type, choose);
    }
    const all = [...this.rows.values(), row];
    return isAllowed(this.definition, all) ? row : undefined;
  }

  /** Inserts a row. One that leaves out a property gets its default by LoopBack. */
  insert(id: unknown, row: NaiveRow): void {
    const whole = {...row};
    for (const [name, {initial}] of Object.entries(this.definition.columns)) {
      if (!(name in whole) && initial !== undefined) whole[name] = initial;
    }
    this.rows.set(id, whole);
  }

  someId(choose: Choose): unknown {
    return [...this.rows.keys()][choose(Math.max(1, this.rows.size))];
  }

  /** Migrates; tells whether that can be, and changes nothing where it cannot. */
  migrate(next: NaiveDefinition): boolean {
    const rows = new Map<unknown, NaiveRow>();
    for (const [id, row] of this.rows) {
      const converted = this.converted(row, next);
      if (converted === undefined) return false;
      rows.set(next.idType === 'Number' ? Number(id) : String(id), converted);
    }
    if (!isAllowed(next, [...rows.values()])) return false;
    this.rows = rows;
    this.definition = next;
    return true;
  }

  private converted(
    row: NaiveRow,
    {columns}: NaiveDefinition,
  ): NaiveRow | undefined {
    const before = this.definition.columns;
    const next: NaiveRow = {};
    for (const [name, {from, initial, isLossy, type}] of Object.entries(
      columns,
    )) {
      const former = from ?? name;
      const known = before[former];
      if (known === undefined) {
        if (initial !== undefined) next[name] = initial;
        continue;
      }
      const value = row[former] ?? null;
      if (value === null || known.type === type) {
        next[name] = value;
        continue;
      }
      const {converted, isExact} = convert(value, type);
      if (!isExact && !isLossy) return undefined;
      next[name] = converted;
    }
    return next;
  }
}

function isAllowed(
  {columns}: NaiveDefinition,
  rows: readonly NaiveRow[],
): boolean {
  return Object.entries(columns).every(([name, {isRequired, isUnique}]) => {
    const values = rows
      .map(row => row[name] ?? null)
      .filter(value => value !== null);
    if (isRequired && values.length < rows.length) return false;
    const different = new Set(values.map(value => JSON.stringify(value)));
    return !isUnique || different.size === values.length;
  });
}

/** What becomes of each of the values above, as the documentation has it. */
function convert(
  value: unknown,
  to: TypeName,
): {converted: unknown; isExact: boolean} {
  const exact = (converted: unknown) => ({converted, isExact: true});
  const near = (converted: unknown) => ({converted, isExact: false});
  if (to === 'String') {
    return exact(value instanceof Date ? value.toISOString() : String(value));
  }
  if (value instanceof Date) {
    return to === 'Number' ? exact(value.getTime()) : near(null);
  }
  if (typeof value === 'boolean') {
    return to === 'Number' ? exact(Number(value)) : near(null);
  }
  if (typeof value === 'number') {
    if (to === 'Date') {
      const isWhole = Number.isInteger(value);
      return {converted: new Date(Math.trunc(value)), isExact: isWhole};
    }
    return {converted: value !== 0, isExact: value === 0 || value === 1};
  }
  return convertText(String(value), to, {exact, near});
}

function convertText(
  text: string,
  to: TypeName,
  {
    exact,
    near,
  }: Record<
    'exact' | 'near',
    (converted: unknown) => {converted: unknown; isExact: boolean}
  >,
): {converted: unknown; isExact: boolean} {
  switch (to) {
    case 'Number': {
      const number = Number.parseFloat(text);
      if (Number.isNaN(number)) return near(null);
      return String(number) === text ? exact(number) : near(number);
    }
    case 'Boolean':
      if (text === 'false' || text === '0') return exact(false);
      return text === 'true' || text === '1' ? exact(true) : near(null);
    default: {
      const date = new Date(text);
      if (Number.isNaN(date.getTime())) return near(null);
      return date.toISOString() === text ? exact(date) : near(date);
    }
  }
}

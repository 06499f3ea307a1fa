import {show} from '../../base/errors';
import {isRecord} from '../../base/objects';
import {type Mistakes, type Place, meant} from './mistakes';

/** The key under which a row in a list, or a column of CSV, has the row's name. */
export const nameKey = '@';

/** What a row is found by where it was written: its model, and number or name. */
export interface RowKey {
  readonly model: string;
  /** Counted from 0, or the name that it stands under. */
  readonly key: number | string;
}

/** What is read together, and where its rows stand. */
export interface ReadFrom {
  /** Undefined for what stands in a program. */
  readonly file?: string;
  readonly lineOf?: (row: RowKey) => number | undefined;
}

/** The place of a row. */
export class RowPlace implements Place {
  constructor(
    private readonly from: ReadFrom,
    private readonly row: RowKey,
  ) {}

  get file(): string | undefined {
    return this.from.file;
  }

  get line(): number | undefined {
    return this.from.lineOf?.(this.row);
  }

  get text(): string {
    const {file, line, row} = this;
    const {key, model} = row;
    const which =
      typeof key === 'number'
        ? `row ${key + 1} of ${model}`
        : `${model} ${show(key)}`;
    return [file, line && `line ${line}`, which].filter(Boolean).join(', ');
  }
}

/** A row of a seed as it was written. */
export interface SeedRow extends RowKey {
  /** By which other rows refer to it. */
  readonly name: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  readonly from: ReadFrom;
}

/** Where a row stands. */
export function placeOf(row: SeedRow): Place {
  return new RowPlace(row.from, row);
}

/** Collects rows of all that is read. */
export class RowCollector {
  readonly rows: SeedRow[] = [];

  constructor(
    private readonly models: readonly string[],
    private readonly mistakes: Mistakes,
  ) {}

  /** Adds an object that has the rows of each model. */
  addModels(content: Readonly<Record<string, unknown>>, from: ReadFrom): void {
    for (const [model, rows] of Object.entries(content)) {
      if (this.models.includes(model)) this.addModel(model, rows, from);
      else this.refuseModel(model, from);
    }
  }

  /** Adds the rows of a model: a list, or an object of rows by their names. */
  addModel(model: string, rows: unknown, from: ReadFrom): void {
    if (Array.isArray(rows)) {
      for (const [key, values] of rows.entries()) {
        this.add(model, key, values, from);
      }
    } else if (isRecord(rows)) {
      for (const key in rows) this.add(model, key, rows[key], from);
    } else {
      const {file} = from;
      this.mistakes.add(
        {text: file ?? model, file},
        `the rows of ${model} must be a list, or an object with a name for each, and are ${show(rows)}`,
      );
    }
  }

  /** Adds a row. */
  add(
    model: string,
    key: number | string,
    values: unknown,
    from: ReadFrom,
  ): void {
    if (!isRecord(values)) {
      this.mistakes.add(
        new RowPlace(from, {key, model}),
        `a row must be an object, and is ${show(values)}`,
      );
      return;
    }
    let name = typeof key === 'string' ? key : undefined;
    if (Object.hasOwn(values, nameKey)) {
      const given = values[nameKey];
      const isName = typeof given === 'string' && given !== '';
      if (!isName || (name !== undefined && name !== given)) {
        this.mistakes.add(
          new RowPlace(from, {key, model}),
          `"${nameKey}" is the name of a row, and cannot be ${show(given)}`,
        );
      } else name = given;
    }
    this.rows.push({model, key, name, values, from});
  }

  /** Notes that rows are of a model that there is not. */
  refuseModel(model: string, {file}: ReadFrom): void {
    const {models} = this;
    const known = models.length === 0 ? 'none' : models.join(', ');
    this.mistakes.add(
      {text: file ?? 'seed', file},
      `there is no model ${show(model)} on this datasource${meant(model, models) || `; it has ${known}`}`,
    );
  }
}

import {InMemoryError, show} from '../base/errors';
import {nearest} from '../base/nearest';
import {isRecord} from '../base/objects';
import {getOwn, type Row} from '../value/copy';
import {
  type CopyModel,
  type EntityClass,
  modelOfEntity,
  modelsIn,
  schemaLike,
} from './copy-models';
import type {Endpoint, LeftOut} from './endpoint';
import {type CopyPlace, openEndpoint} from './open-endpoint';
import {canonicalText, keyText, RowHash} from './row-hash';
import {inForeignKeyOrder} from './table-order';

/** How rows are copied. */
export interface CopyOptions {
  /**
   * The models: classes of LoopBack 4, or a directory of their compiled files.
   * Otherwise those that the source's datasource has, or that are discovered.
   */
  readonly models?: string | readonly EntityClass[] | undefined;
  /** Adds rows to those that the target has; their ids must not be taken. */
  readonly append?: boolean | undefined;
  /** Goes on with a copy that was broken off: rows whose ids are there are left out. */
  readonly resume?: boolean | undefined;
  /**
   * Runs the autoupdate of the target's connector before, for models whose tables are
   * missing there or have no rows. The models must be those of an application.
   */
  readonly migrate?: boolean | undefined;
  /** How many rows are read and written at once; 500 unless given. */
  readonly batchSize?: number | undefined;
  /** Is told how far it is. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

/** How far a copy is. */
export interface CopyProgress {
  readonly step: 'copying' | 'verifying';
  readonly doneRows: number;
  readonly totalRows: number;
}

/** What was copied of a model. */
export interface CopiedModel {
  readonly model: string;
  /** The rows of the source, all of which are in the target. */
  readonly rows: number;
  /** Those of them that were not there before. */
  readonly copied: number;
  /** The sum of the hashes of these rows, in any order; equal in both. */
  readonly hash: string;
}

/** What was copied. */
export interface CopyReport {
  readonly models: readonly CopiedModel[];
  /** Tables of a data file that were not copied, for none of the models is theirs. */
  readonly leftOut: readonly LeftOut[];
}

const defaultBatchSize = 500;

const knownOptions = [
  'models',
  'append',
  'resume',
  'migrate',
  'batchSize',
  'onProgress',
] satisfies (keyof CopyOptions)[];

/** See {@link copyRows} in copy-when-called.ts, which the package exports. */
export async function copyRows(
  from: CopyPlace,
  to: CopyPlace,
  options: CopyOptions = {},
): Promise<CopyReport> {
  checkOptions(options);
  const source = openEndpoint(from, 'source');
  const target = openEndpoint(to, 'target');
  const areFiles = typeof from === 'string' && typeof to === 'string';
  if (from === to || (areFiles && source.name === target.name)) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `${source.name} is both what is copied and where to.`,
    );
  }
  const copy = new Copy(source, target, options);
  try {
    return await copy.run();
  } finally {
    await copy.close();
  }
}

function checkOptions(options: CopyOptions): void {
  refuseUnknownOptions(options);
  const {append, batchSize = defaultBatchSize, resume} = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `batchSize is a whole number of rows, 1 at least, not ${batchSize}.`,
      {property: 'batchSize', value: batchSize},
    );
  }
  if (append !== true || resume !== true) return;
  throw new InMemoryError(
    'INVALID_SETTING',
    'append and resume do not go together: one refuses ids that are taken, the other leaves them out.',
    {property: 'resume'},
  );
}

function refuseUnknownOptions(options: CopyOptions): void {
  if (!isRecord(options)) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The options of copyRows() must be an object, and are ${show(options)}.`,
      {property: 'options', value: options},
    );
  }
  const known: readonly string[] = knownOptions;
  const unknown = Object.keys(options).find(name => !known.includes(name));
  if (unknown === undefined) return;
  const guess = nearest(unknown, known);
  throw new InMemoryError(
    'INVALID_SETTING',
    `copyRows() has no option ${show(unknown)}; it has ${known.join(', ')}` +
      `${guess === undefined ? '' : ` (did you mean ${guess}?)`}.`,
    {property: unknown},
  );
}

/** One copy. */
class Copy {
  private readonly batchSize: number;
  private doneRows = 0;
  private totalRows = 0;

  constructor(
    private source: Endpoint,
    private target: Endpoint,
    private readonly options: CopyOptions,
  ) {
    this.batchSize = options.batchSize ?? defaultBatchSize;
  }

  async close(): Promise<void> {
    await Promise.all([this.source.close(), this.target.close()]);
  }

  async run(): Promise<CopyReport> {
    const models = await this.models();
    const leftOut = await this.source.othersThan(models);
    this.source = this.source.define(models);
    this.target = this.target.define(models);
    for (const model of models) this.totalRows += await this.inSource(model);
    const before = await this.countTarget(models);
    if (this.options.migrate === true) {
      const empty = models.filter(model => before.get(model) === 0);
      if (empty.length > 0) await this.target.migrate(empty);
    }
    const copied = new Map<CopyModel, number>();
    for (const model of models) {
      const isNew = before.get(model) === 0;
      copied.set(model, await this.copyModel(model, isNew));
    }
    await this.target.finish(models);
    this.doneRows = 0;
    const done: CopiedModel[] = [];
    for (const model of models) {
      const hash = await this.verify(model);
      const there = before.get(model)! + copied.get(model)!;
      await this.verifyCount(model, there);
      done.push({
        model: model.name,
        rows: hash.rows,
        copied: copied.get(model)!,
        hash: hash.text,
      });
    }
    return {models: done, leftOut};
  }

  private async models(): Promise<CopyModel[]> {
    const {models} = this.options;
    const given =
      typeof models === 'string'
        ? modelsIn(models)
        : (models?.map(entity => modelOfEntity(entity, [])) ??
          (await this.source.models()));
    if (this.options.migrate === true) requireDeclared(given);
    if (given.length > 0) return inForeignKeyOrder(given, schemaLike);
    throw new InMemoryError(
      'INVALID_SETTING',
      `${this.source.name} has no tables: there is nothing to copy.`,
    );
  }

  /** How many rows the target has. Fails unless there are none, or there may be. */
  private async countTarget(
    models: readonly CopyModel[],
  ): Promise<Map<CopyModel, number>> {
    const counts = new Map<CopyModel, number>();
    for (const model of models) counts.set(model, await this.inTarget(model));
    const {append, resume} = this.options;
    const filled = models.filter(model => counts.get(model)! > 0);
    if (filled.length > 0 && append !== true && resume !== true) {
      const list = filled.map(model => `${model.name} ${counts.get(model)}`);
      throw new InMemoryError(
        'INVALID_SETTING',
        `${this.target.name} has rows already: ${list.join(', ')}. Nothing was copied. ` +
          'With --append (append: true) it is added to them; --resume (resume: true) goes on with a copy that was broken off.',
      );
    }
    const without = filled.find(({key}) => key.length === 0);
    if (without === undefined) return counts;
    throw new InMemoryError(
      'INVALID_SETTING',
      `${without.name} has no id, so nobody can tell which of its rows are there already. ` +
        `Delete those in ${this.target.name} first.`,
      {table: without.name},
    );
  }

  private async inTarget(model: CopyModel): Promise<number> {
    const count = await this.target.count(model);
    if (count !== undefined) return count;
    if (this.options.migrate === true) return 0;
    throw new InMemoryError(
      'INVALID_MODEL',
      `${this.target.name} has no table for ${model.name}. Have it made with --migrate ` +
        "(migrate: true), by the application's migration, or by the script that " +
        'export --to sql writes. Nothing was copied.',
      {table: model.name},
    );
  }

  private async inSource(model: CopyModel): Promise<number> {
    const count = await this.source.count(model);
    if (count !== undefined) return count;
    throw new InMemoryError(
      'INVALID_MODEL',
      `${this.source.name} has no table for ${model.name}. Nothing was copied.`,
      {table: model.name},
    );
  }

  private async copyModel(model: CopyModel, isNew: boolean): Promise<number> {
    let copied = 0;
    for await (const rows of this.source.batches(model, this.batchSize)) {
      const missing = isNew ? rows : await this.missingOf(model, rows);
      if (missing.length > 0) await this.target.add(model, missing);
      copied += missing.length;
      this.tell('copying', rows.length);
    }
    return copied;
  }

  /** The rows whose ids the target has not. */
  private async missingOf(
    model: CopyModel,
    rows: readonly Row[],
  ): Promise<readonly Row[]> {
    const {key, name} = model;
    const there = await this.target.withIdsOf(model, rows);
    const taken = new Set(there.map(row => keyText(row, key)));
    const missing = rows.filter(row => !taken.has(keyText(row, key)));
    if (missing.length === rows.length || this.options.resume === true) {
      return missing;
    }
    const id = rows.map(row => keyText(row, key)).find(id => taken.has(id));
    throw new InMemoryError(
      'DUPLICATE_KEY',
      `${this.target.name} has a row of ${name} with the id ${id} already. ` +
        'What was copied before stays; --resume (resume: true) leaves such rows out.',
      {table: name, id},
    );
  }

  /** Compares all rows of the source with those that the target has now. */
  private async verify(model: CopyModel): Promise<RowHash> {
    if (model.key.length === 0) return this.verifyAll(model);
    const hash = new RowHash();
    const wrong: string[] = [];
    const properties = new Set<string>();
    for await (const rows of this.source.batches(model, this.batchSize)) {
      const there = new Map(
        (await this.target.withIdsOf(model, rows)).map(row => [
          keyText(row, model.key),
          row,
        ]),
      );
      for (const row of rows) {
        const id = keyText(row, model.key);
        const copy = there.get(id);
        hash.add(row);
        const isSame =
          copy !== undefined && canonicalText(copy) === canonicalText(row);
        if (isSame) continue;
        wrong.push(id ?? 'none');
        if (copy === undefined) continue;
        for (const name of differing(row, copy)) properties.add(name);
      }
      this.tell('verifying', rows.length);
    }
    if (wrong.length > 0) throw this.differs(model, wrong, properties);
    return hash;
  }

  private async verifyAll(model: CopyModel): Promise<RowHash> {
    const hashes = [new RowHash(), new RowHash()] as const;
    for (const [i, place] of [this.source, this.target].entries()) {
      for await (const rows of place.batches(model, this.batchSize)) {
        for (const row of rows) hashes[i as 0 | 1].add(row);
        if (i === 0) this.tell('verifying', rows.length);
      }
    }
    const [own, copied] = hashes;
    if (own.text !== copied.text) throw this.differs(model);
    return own;
  }

  private async verifyCount(model: CopyModel, expected: number): Promise<void> {
    const count = (await this.target.count(model)) ?? 0;
    if (count === expected) return;
    throw new InMemoryError(
      'INVALID_VALUE',
      `${this.target.name} has ${count} rows of ${model.name}, and should have ` +
        `${expected}: others write to it meanwhile, or it did not take all.`,
      {table: model.name},
    );
  }

  private differs(
    {name}: CopyModel,
    ids: readonly string[] = [],
    properties: ReadonlySet<string> = new Set(),
  ): InMemoryError {
    const shown = ids.slice(0, maxShownIds).join(', ');
    const more = ids.length > maxShownIds ? ', ...' : '';
    const which =
      ids.length === 0
        ? 'some rows'
        : `${ids.length} ${ids.length === 1 ? 'row' : 'rows'} (${shown}${more})`;
    return new InMemoryError(
      'INVALID_VALUE',
      `${this.target.name} has other values than ${this.source.name} in ${which} of ` +
        `${[name, ...properties].join(', ')}: its columns hold less than the rows have, or somebody writes meanwhile. ` +
        'Nothing was taken back.',
      {table: name},
    );
  }

  private tell(step: CopyProgress['step'], rows: number): void {
    this.doneRows += rows;
    const {doneRows, totalRows} = this;
    this.options.onProgress?.({step, doneRows, totalRows});
  }
}

const maxShownIds = 10;

/** The properties of two rows that are not the same in both. */
function differing(one: Row, other: Row): string[] {
  const text = (row: Row, name: string): string =>
    canonicalText({[name]: getOwn(row, name)});
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    name => text(one, name) !== text(other, name),
  );
}

/** What databases tell of their tables is not enough to make the like. */
function requireDeclared(models: readonly CopyModel[]): void {
  const other = models.find(({isDeclared}) => !isDeclared);
  if (other === undefined) return;
  throw new InMemoryError(
    'INVALID_SETTING',
    `What is discovered of ${other.name} does not say all of its columns: --migrate ` +
      "(migrate: true) goes with the application's models, --models dist/models. " +
      'Without them the script of export --to sql makes the tables.',
    {property: 'migrate', table: other.name},
  );
}

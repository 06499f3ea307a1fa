import {nearest} from '../base/nearest';
import type {InputRow, LoadedModel} from '../database/load-rows';
import {placeOf} from '../persistence/disk/canonical-path';
import type {ColumnType} from '../value/coerce';
import type {Row} from '../value/copy';
import {type CopyModel, modelsIn, schemaLike} from './copy-models';
import {rowsAsDeclared} from './declared-models';
import {hasFiles} from './file-endpoint';
import {ModelFile} from './model-file';
import {inForeignKeyOrder} from './table-order';

/** The models of an application, to which rows of an input are added. */
export class ImportModels {
  private readonly models: readonly CopyModel[];

  /** `directory` has the compiled models. */
  constructor(directory: string) {
    this.models = inForeignKeyOrder(modelsIn(directory), schemaLike);
  }

  /** The types of what a model calls its properties, and a file its columns. */
  typesOf(name: string): Readonly<Record<string, ColumnType>> {
    const {columns = [], types = {}} = this.find(name)?.stored ?? {};
    const named = [...columns].map(([property, column]) => [
      column,
      types[property],
    ]);
    return {...Object.fromEntries(named), ...types};
  }

  /**
   * Adds rows to a data file as the application would, all or none; those with an id
   * that is there take the place of its row if `replaces`. Fails, and says where the
   * row stands, on one that its model refuses.
   */
  async add(
    file: string,
    input: readonly InputRow[],
    replaces: boolean,
  ): Promise<LoadedModel[]> {
    const rows = new Map<CopyModel, Row[]>(
      this.models.map(model => [model, []]),
    );
    const places = new Map<Row, string>();
    for (const {model: name, place, row} of input) {
      const model = this.find(name);
      if (model === undefined) throw this.unknown(name, place);
      const [own] = rowsAsDeclared([row], model.stored!, false) as [Row];
      rows.get(model)!.push(own);
      places.set(own, place);
    }
    const place = placeOf(file);
    const target = new ModelFile(
      {file: place, isThere: hasFiles(place), settings: {}, places, replaces},
      this.models,
    );
    try {
      const before = await this.counts(target);
      for (const [model, own] of rows) {
        if (own.length > 0) await target.add(model, own);
      }
      await target.finish();
      const after = await this.counts(target);
      return [...rows].flatMap(([model, {length}]) => {
        const added = after.get(model)! - before.get(model)!;
        const loaded = {model: model.name, added, replaced: length - added};
        return length === 0 ? [] : [loaded];
      });
    } finally {
      await target.close();
    }
  }

  private async counts(target: ModelFile): Promise<Map<CopyModel, number>> {
    const counts = new Map<CopyModel, number>();
    for (const model of this.models) {
      counts.set(model, (await target.count(model)) ?? 0);
    }
    return counts;
  }

  /** A model by its name, or that of its table. */
  private find(name: string): CopyModel | undefined {
    return (
      this.models.find(model => model.name === name) ??
      this.models.find(model => model.stored?.table === name)
    );
  }

  private unknown(name: string, place: string): Error {
    const names = this.models.map(model => model.name);
    const guess = nearest(name, names);
    const meant = guess === undefined ? '' : ` Did you mean ${guess}?`;
    return new Error(
      `${place}: "${name}" is none of the models, which are ${names.join(', ')}.${meant} ` +
        'Nothing was loaded.',
    );
  }
}

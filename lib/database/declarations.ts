import {checkForeignKeys} from '../schema/foreign-keys';
import {mergeSchemas} from '../schema/merge';
import type {TableSchema} from '../schema/schema';
import type {MenderOf} from './file-rows';
import type {NamedTable} from './handed-on';
import {mergeHints, type MigrationHints, withSwaps} from './row-conversion';

/** What a model declares of its table. */
export interface Declaration {
  readonly schema: TableSchema;
  /** Gives what mends rows of a file before they are taken. */
  readonly menderOf: MenderOf | undefined;
  readonly hints: MigrationHints;
}

/** What models declare of tables, each of which may be that of several. */
export class Declarations {
  private readonly byTable = new Map<
    string,
    ReadonlyMap<string, Declaration>
  >();
  /** Each model that is defined has all tables looked at; made with the first. */
  private merged: WeakMap<ReadonlyMap<string, Declaration>, Merged> | undefined;

  /**
   * Notes what a model declares of its table, of which it is then the only one.
   * Fails with INVALID_MODEL when it contradicts what other models declare, but
   * where no declaration makes a table.
   */
  note(model: string, declaration: Declaration, makesNone: boolean): void {
    const {name} = declaration.schema;
    const models = new Map(this.byTable.get(name)).set(model, declaration);
    if (!makesNone) {
      const schemas = [...models.values()].map(({schema}) => schema);
      checkForeignKeys(mergeSchemas(schemas), this.schemas(name));
    }
    this.byTable.set(name, models);
    this.forget(model, name);
  }

  /** Forgets what a model declares, but for what it does of one table. */
  forget(model: string, except?: string): void {
    for (const [table, models] of this.byTable) {
      if (table === except || !models.has(model)) continue;
      const left = new Map(models);
      left.delete(model);
      if (left.size > 0) this.byTable.set(table, left);
      else this.byTable.delete(table);
    }
  }

  /** Whether a model declares that table. */
  has(table: string): boolean {
    return this.byTable.has(table);
  }

  /** What all models declare of a table that one of them declares. */
  schemaOf(table: string): TableSchema {
    return this.mergedOf(table).schema;
  }

  /** The schemas that are declared, save that of one table. */
  schemas(except?: string): TableSchema[] {
    return [...this.byTable.keys()]
      .filter(name => name !== except)
      .map(name => this.schemaOf(name));
  }

  /** All tables, with the names that they had before. */
  named(): NamedTable[] {
    return [...this.byTable].map(([name, models]) => ({
      name,
      former: this.hintsOf(name).formerTable,
      models: [...models.keys()],
    }));
  }

  /** What all models tell of the migration of a table. */
  hintsOf(table: string): MigrationHints {
    return this.mergedOf(table).hints;
  }

  /** What mends the rows of a table. */
  menderOf(table: string): MenderOf {
    const all = this.of(table).flatMap(({menderOf}) => menderOf ?? []);
    return kept => {
      const menders = all.map(menderOf => menderOf(kept));
      return row => {
        for (const mend of menders) mend(row);
      };
    };
  }

  private mergedOf(table: string): Merged {
    const models = this.byTable.get(table)!;
    this.merged ??= new WeakMap();
    let merged = this.merged.get(models);
    if (merged === undefined) {
      const all = [...models.values()];
      const hints = mergeHints(all.map(each => each.hints));
      const schema = mergeSchemas(all.map(each => each.schema));
      merged = {hints, schema: withSwaps(schema, hints)};
      this.merged.set(models, merged);
    }
    return merged;
  }

  private of(table: string): Declaration[] {
    return [...this.byTable.get(table)!.values()];
  }
}

/** What several models declare together. */
type Merged = Pick<Declaration, 'schema' | 'hints'>;

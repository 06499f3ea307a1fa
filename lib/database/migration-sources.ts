import type {RecoveredTable} from '../persistence/recovered-table';
import {findTable, type Version} from '../store/version';
import type {Declarations} from './declarations';
import {asKept} from './file-rows';
import {type MigrationSource, sourceInFiles} from './former-names';

/** Where a migration looks for tables. */
interface Places {
  readonly version: Version;
  /** What the files have and no table has taken. */
  readonly left: ReadonlyMap<string, RecoveredTable>;
  readonly models: Declarations;
  /** Tables with rows that may be other ones than the files have. */
  readonly recast: ReadonlySet<string>;
}

/** What a migration of several tables finds of them. */
export class MigrationSources {
  /** The rows of a former table go to one. */
  private readonly taken = new Set<string>();

  constructor(private readonly places: Places) {}

  /** A table, under its name or the former one; undefined where there is none. */
  of(name: string): MigrationSource | undefined {
    const source = this.find(name);
    if (source !== undefined) this.taken.add(source.table.schema.name);
    return source;
  }

  private find(name: string): MigrationSource | undefined {
    const {models} = this.places;
    const {formerTable} = models.hintsOf(name);
    const own = this.foundTable(name, name);
    if (own !== undefined && (own.table.rows.size > 0 || own.table.kept)) {
      return own;
    }
    const isFree =
      formerTable !== undefined &&
      !models.has(formerTable) &&
      !this.taken.has(formerTable);
    return (isFree ? this.foundTable(formerTable, name) : undefined) ?? own;
  }

  /** A table, if there is one; `declaredName` is that of what it is to become. */
  private foundTable(
    name: string,
    declaredName: string,
  ): MigrationSource | undefined {
    const {left, models, recast, version} = this.places;
    const table = findTable(version, name);
    const isRecast = recast.has(name);
    if (table !== undefined) {
      const isOthers = isRecast && name !== declaredName;
      const found = isOthers ? asKept(table, version.dialect) : table;
      return {table: found, isInVersion: true, isRecast};
    }
    const recovered = left.get(name);
    if (recovered === undefined) return undefined;
    const source = sourceInFiles(recovered, version.dialect, {
      schema: models.schemaOf(declaredName),
      formers: models.hintsOf(declaredName).formerColumns,
      menderOf: models.menderOf(declaredName),
    });
    return {...source, isRecast};
  }
}

import {InMemoryError, show} from '../base/errors';
import {type Dialect, defaultDialect} from '../value/dialect';
import {placeOf} from '../persistence/disk/canonical-path';
import {Database, type DataStoreOptions} from './database';

const named = new Map<string, Database>();

/** The database of a name, which all who ask for it in this process share. */
export function namedDatabase(
  name: string,
  dialect: Dialect = defaultDialect,
): Database {
  const existing = named.get(name);
  if (existing !== undefined) {
    refuseOther(existing, dialect, `The store ${show(name)}`);
    return existing;
  }
  const database = new Database(dialect);
  named.set(name, database);
  return database;
}

/** Rows mean other things to another database. */
function refuseOther(database: Database, dialect: Dialect, what: string): void {
  const {name, tablesAre} = database.head.dialect;
  if (name === dialect.name) {
    if (tablesAre === dialect.tablesAre) return;
    throw new InMemoryError(
      'INVALID_SETTING',
      `${what} is used by a datasource of this process whose tables are those ` +
        `that are ${tablesAre}, so it cannot be used with ones that are ` +
        `${dialect.tablesAre}. Give all of its datasources the same setting ` +
        'emulate: {migrations}.',
      {property: 'emulate', value: dialect.tablesAre},
    );
  }
  throw new InMemoryError(
    'INVALID_SETTING',
    `${what} is used by a datasource of this process with the dialect ` +
      `${name}, so it cannot be used with ${dialect.name}. Give all of its ` +
      'datasources the same setting emulate.',
    {property: 'emulate', value: dialect.name},
  );
}

const kept = new Map<string, KeptDatabase>();

/**
 * The database of a file, which all who ask for it in this process share until
 * the last of them has closed it; those who only read it share another.
 */
export function keptDatabase(
  file: string,
  isReadOnly: boolean,
  dialect: Dialect = defaultDialect,
): KeptDatabase {
  const place = `${isReadOnly ? 'read' : 'own'} ${placeOf(file)}`;
  let database = kept.get(place);
  if (database !== undefined) {
    refuseOther(database.database, dialect, `The file ${show(file)}`);
  } else {
    database = new KeptDatabase(file, dialect, () => kept.delete(place));
    kept.set(place, database);
  }
  return database;
}

/** A database whose rows are in files, and who has opened them. */
export class KeptDatabase {
  readonly database: Database;
  private users = 0;
  private options: DataStoreOptions | undefined;
  private opening: Promise<void> | undefined;
  private closing: Promise<void> | undefined;

  /** `forget` is called when the last user has closed the files. */
  constructor(
    private readonly file: string,
    dialect: Dialect,
    private readonly forget: () => void,
  ) {
    this.database = new Database(dialect, true);
  }

  /**
   * Opens the files for one more user. Returns the options that count: the first
   * user's. Fails as {@link Database.openFiles} does.
   */
  async open(options: DataStoreOptions): Promise<DataStoreOptions> {
    this.users++;
    if (this.opening === undefined) this.options = options;
    const opening = (this.opening ??= this.openFiles(options));
    try {
      await opening;
    } catch (error) {
      this.users--;
      if (this.opening === opening) this.opening = undefined;
      throw error;
    }
    return this.options ?? options;
  }

  private async openFiles(options: DataStoreOptions): Promise<void> {
    // Who opens while the last user is closing opens them again.
    await this.closing?.catch(() => undefined);
    await this.database.openFiles(this.file, options);
  }

  /**
   * Ends a user's use of the files; the last one closes them, and the database
   * is of no more use unless somebody has opened it meanwhile.
   */
  async close(): Promise<void> {
    if (--this.users > 0) return;
    this.opening = undefined;
    this.closing = this.database.closeFiles();
    try {
      await this.closing;
    } finally {
      this.closing = undefined;
      if (this.users === 0) this.forget();
    }
  }
}

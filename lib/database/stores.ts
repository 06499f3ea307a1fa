import {placeOf} from '../persistence/disk/canonical-path';
import {Database, type DataStoreOptions} from './database';

const named = new Map<string, Database>();

/** The database of a name, which all who ask for it in this process share. */
export function namedDatabase(name: string): Database {
  const existing = named.get(name);
  if (existing !== undefined) return existing;
  const database = new Database();
  named.set(name, database);
  return database;
}

const kept = new Map<string, KeptDatabase>();

/**
 * The database of a file, which all who ask for it in this process share until
 * the last of them has closed it; those who only read it share another.
 */
export function keptDatabase(file: string, isReadOnly: boolean): KeptDatabase {
  const place = `${isReadOnly ? 'read' : 'own'} ${placeOf(file)}`;
  let database = kept.get(place);
  if (database === undefined) {
    database = new KeptDatabase(file, () => kept.delete(place));
    kept.set(place, database);
  }
  return database;
}

/** A database whose rows are in files, and who has opened them. */
export class KeptDatabase {
  readonly database = new Database(undefined, true);
  private users = 0;
  private options: DataStoreOptions | undefined;
  private opening: Promise<void> | undefined;
  private closing: Promise<void> | undefined;

  /** `forget` is called when the last user has closed the files. */
  constructor(
    private readonly file: string,
    private readonly forget: () => void,
  ) {}

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

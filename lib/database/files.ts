import {InMemoryError} from '../base/errors';
import type {DataFileContent} from '../persistence/data-file/text';
import type {DataStore} from '../persistence/data-store';
import type {DataStoreOptions} from '../persistence/store-options';
import {emptyVersion} from '../store/version';
import type {Parts} from './database-state';
import {fileContent} from './file-rows';
import {loadPersistence} from './on-demand';

/** The files that keep the commits of a database, while they are open. */
export class Files {
  private store: DataStore | undefined;

  constructor(private readonly database: Parts) {}

  get areOpen(): boolean {
    return this.store !== undefined;
  }

  /** Whether commits may be taken back that somebody has seen. */
  get takesBack(): boolean {
    return this.store?.takesBack === true;
  }

  /** See `Database.openFiles`. */
  async open(file: string, options: DataStoreOptions): Promise<void> {
    const {declared, newest, sequences, transactions} = this.database;
    const store = await loadPersistence().DataStore.open(file, options, {
      settle: () => void newest.settle(),
      keep: () => newest.keep(),
      sequences,
      content: () => this.content(),
      takeBack: (version, cause) => {
        transactions.known?.abortAll(cause);
        newest.moveTo(version);
        // It may be older than what was declared since.
        declared.migrateAll();
      },
    });
    this.store = store;
    declared.takeFiles(store.recovered.tables);
    try {
      declared.migrateAll();
    } catch (error) {
      store.giveUp();
      this.forget();
      throw error;
    }
    newest.logTo(store);
    store.start();
  }

  /** See `Database.checkpoint`. */
  async checkpoint(): Promise<void> {
    await this.store?.checkpoint();
  }

  /** See `Database.closeFiles`. */
  async close(): Promise<void> {
    const {store} = this;
    if (store === undefined) return;
    await this.statementsThatWait();
    await this.database.transactions.all.whenNobodyWrites(async () => {
      try {
        await store.close();
      } finally {
        if (this.store === store) this.forget();
      }
    });
  }

  /** Resolves when nobody has a lock, or waits for one, or has waited too long. */
  private async statementsThatWait(): Promise<void> {
    const {newest, transactions} = this.database;
    const names: string[] = [];
    newest.current.tables.forEach(({schema}) => {
      names.push(schema.name);
    });
    try {
      await transactions.all.whenUnlocked(names, () => undefined);
    } catch (error) {
      if (!(error instanceof InMemoryError)) throw error;
    }
  }

  private forget(): void {
    const {declared, newest, sequences} = this.database;
    this.store = undefined;
    newest.logTo(undefined);
    newest.moveTo(emptyVersion(newest.current.dialect));
    sequences.clear();
    declared.takeFiles(new Map());
  }

  private content(): DataFileContent {
    const {unknown} = this.store!.recovered;
    const {declared, newest, sequences} = this.database;
    return fileContent(newest.keep(), declared.left, {unknown, sequences});
  }
}

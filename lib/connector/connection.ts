import path from 'node:path';
import createDebug from 'debug';
import {InMemoryError} from '../base/errors';
import {Database} from '../database/database';
import type {Dialect} from '../value/dialect';
import {
  type KeptDatabase,
  keptDatabase,
  namedDatabase,
} from '../database/stores';
import type {Callback, DataSource} from './loopback';
import {promised, respond} from './respond';
import {fileOptions, type InMemorySettings, overruled} from './settings';

const debug = createDebug('loopback:connector:memory');

/** Tells those who look for it. */
function report(text: string): void {
  debug('%s', text);
}

/** Tells whoever runs the process. */
function warn(text: string): void {
  report(text);
  process.emitWarning(text, {code: 'INMEMORY_FILES_REPLACED'});
}

/**
 * What a datasource is connected to: a database, and the file of it where it has
 * one, which is opened and closed in the order of the calls.
 */
export class Connection {
  private current: Database;
  private isDisconnected: boolean;
  /** Who connects and disconnects, one after the other. */
  private lastTurn: Promise<unknown> = Promise.resolve();
  private turns = 0;
  private openings = 0;
  /** Whether it was disconnected, and not connected since. */
  private isEnded = false;
  /** The setting `file`, whatever the working directory is later. */
  private readonly file: string | undefined;
  /** The database of that file, while it is open. */
  private kept: KeptDatabase | undefined;

  /**
   * `onReplaced` is called when {@link database} has become another one, before
   * that is opened; `dataSource` tells the one that LoopBack connects, if there
   * is one. The settings must be checked.
   */
  constructor(
    private readonly settings: InMemorySettings,
    private readonly onReplaced: (database: Database) => void,
    private readonly dataSource: () => DataSource | undefined,
    private readonly dialect: Dialect | undefined,
  ) {
    const {file, store} = settings;
    this.isDisconnected = file !== undefined;
    this.file = file === undefined ? undefined : path.resolve(file);
    if (this.file) this.current = this.keptIn(this.file).database;
    else {
      this.current = store
        ? namedDatabase(store, this.dialect)
        : new Database(this.dialect);
    }
  }

  /** Another one after the file was closed by all who had it open. */
  get database(): Database {
    return this.current;
  }

  get isConnected(): boolean {
    return !this.isDisconnected;
  }

  /** Whether a connect is under way. */
  get isOpening(): boolean {
    return this.openings > 0;
  }

  private keptIn(file: string): KeptDatabase {
    const isReadOnly = this.settings.readOnly === true;
    return keptDatabase(file, isReadOnly, this.dialect);
  }

  /** Connects, also again. Fails as {@link Database.openFiles} does. */
  connect(callback: Callback): void {
    respond(callback, () => {
      const {file} = this;
      this.isEnded = false;
      if (file !== undefined && (this.isDisconnected || this.turns > 0)) {
        this.openings++;
        return this.inTurn(() => this.openFile(file)).finally(
          () => this.openings--,
        );
      }
      this.isDisconnected = false;
      return undefined;
    });
  }

  private async inTurn(step: () => Promise<void>): Promise<void> {
    this.turns++;
    const turn = this.lastTurn.then(step);
    this.lastTurn = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      this.turns--;
    }
  }

  private async openFile(file: string): Promise<void> {
    this.isDisconnected = this.kept === undefined;
    if (!this.isDisconnected) return;
    const kept = this.keptIn(file);
    if (kept.database !== this.current) {
      this.current = kept.database;
      this.onReplaced(kept.database);
    }
    const options = fileOptions(this.settings, {report, warn});
    const used = await kept.open(options);
    this.kept = kept;
    for (const {code, message} of overruled(this.settings, options, used)) {
      process.emitWarning(message, {code});
    }
    this.isDisconnected = false;
  }

  /** Disconnects, and closes the file. */
  disconnect(callback: Callback): void {
    respond(callback, () => {
      this.isDisconnected = true;
      this.isEnded = true;
      if (this.file === undefined) return undefined;
      return this.inTurn(() => this.closeFile());
    });
  }

  private async closeFile(): Promise<void> {
    this.isDisconnected = true;
    const {kept} = this;
    this.kept = undefined;
    await kept?.close();
  }

  /**
   * Waits for a connect that is under way, or connects as LoopBack does before
   * it calls the connector. Fails as {@link connect} does; with NOT_CONNECTED
   * where the connector was disconnected without LoopBack's knowledge.
   */
  async reconnect(): Promise<void> {
    const dataSource = this.dataSource();
    if (dataSource?.connected === false) await dataSource.connect();
    else if (!this.isEnded) await promised(done => this.connect(done));
    this.requireConnected();
  }

  /** Calls a function once connected; calls back where that fails. */
  later(callback: Callback<never>, call: () => void): void {
    this.reconnect().then(call, (error: Error) =>
      process.nextTick(callback, error),
    );
  }

  /**
   * Succeeds when connected, which it waits for. Fails with NOT_CONNECTED after
   * a disconnect.
   */
  ping(callback: Callback): void {
    respond(callback, () =>
      this.isConnected || this.isEnded
        ? this.requireConnected()
        : this.reconnect(),
    );
  }

  /** Fails with NOT_CONNECTED before the first connect. */
  requireOpened(): void {
    if (!this.isEnded) this.requireConnected();
  }

  /** Fails with NOT_CONNECTED unless it is connected. */
  requireConnected(): void {
    if (!this.isDisconnected) return;
    throw new InMemoryError(
      'NOT_CONNECTED',
      this.isEnded
        ? 'The datasource is disconnected; connect it again first.'
        : 'The datasource has not opened its file yet; await its connect() first.',
    );
  }
}

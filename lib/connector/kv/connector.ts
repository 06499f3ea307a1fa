import {
  type ReadView,
  readDirectly,
  type Version,
} from '../../database/database';
import {rowOfId, tableIn} from '../../database/lookup';
import {deleteWhere, type RowCopy, select} from '../../database/statements';
import {copyValueOut} from '../../value/copy';
import {InMemoryConnector} from '../connector';
import type {InMemoryDataSourceConfig} from '../data-source-config';
import type {Callback, ModelDefinition} from '../loopback';
import {asked} from '../statement-runner';
import {
  type Entry,
  entryModel,
  expiryAfter,
  isExpired,
  keptValue,
  requireKey,
  requireLive,
} from './entry';
import {type ExpiringKeys, Expiry} from './expiry';
import {
  type KeyFilter,
  KeyIterator,
  keysAtOnce,
  type ReadKeys,
} from './key-iterator';
import {type Clock, type KeyValueSettings, ownSettingsOf} from './settings';

/** What a key may be set with. */
export interface KeyOptions {
  /** After how many milliseconds it expires. */
  readonly ttl?: number;
}

/**
 * The connector of a datasource with keys and values: the methods that LoopBack's
 * KeyValueAccessObject calls, with the results of the built-in `kv-memory`. It is
 * the other connector of this package, whose rows are `{key, value, expiresAt}` in
 * a table for each model; so all that is said of statements, stores, files and
 * transactions there holds here.
 *
 * Values are copied when they are handed in, and when they are given back. A key
 * that has expired is not there to anybody, though its row may be for a while.
 */
export class KeyValueConnector extends InMemoryConnector {
  /** What LoopBack gives to models; set with the datasource. */
  DataAccessObject: unknown;
  private readonly now: Clock;
  private readonly expiry: Expiry;

  /**
   * Fails with INVALID_SETTING; reports settings that are unknown or mean nothing
   * for keys and values as warnings.
   */
  constructor(
    options:
      | KeyValueSettings
      | InMemoryDataSourceConfig
      | Readonly<Record<string, unknown>>,
  ) {
    const given = options as Readonly<Record<string, unknown>>;
    const {clock, rest, warnings} = ownSettingsOf(given);
    for (const {code, message} of warnings) {
      process.emitWarning(message, {code});
    }
    super(rest);
    // Those who make another datasource like it want the clock as well.
    if ('now' in given) {
      Object.assign(this, {settings: {...rest, now: given['now']}});
    }
    this.now = clock;
    this.expiry = new Expiry(this.expiringKeys(), clock);
  }

  /** As that of the other connector; rows that were there may be about to expire. */
  override connect(callback: Callback = () => undefined): void {
    super.connect(error => {
      if (!error) this.expiry.watch();
      callback(error);
    });
  }

  override disconnect(callback?: Callback): void {
    super.disconnect(callback);
    this.expiry.stop();
  }

  /**
   * Other rows come, of which some may expire.
   *
   * @internal
   */
  override giveUpTransactions(reason: string): void {
    super.giveUpTransactions(reason);
    this.expiry.watch();
  }

  /**
   * Takes on a model: its table exists from here on. Its properties are of no
   * account, for a value may be anything. Fails with INVALID_MODEL where a table is
   * named that has other rows.
   */
  override define({model, settings}: ModelDefinition): void {
    super.define(entryModel(model.modelName, settings));
  }

  override defineProperty(): void {}

  /** Calls back with a copy of the value of a key, or null where it is not there. */
  get(
    model: string,
    key: string,
    options: object,
    callback: Callback<unknown>,
  ): void {
    this.runner.read(
      asked('get', model, options, key),
      callback,
      (view, table) => {
        const entry = entryIn(view, table, key);
        return entry === undefined || isExpired(entry, this.now())
          ? null
          : copyValueOut(entry.value);
      },
    );
  }

  /**
   * Sets a key to a copy of a value, as that is at the call; it expires in
   * `options.ttl` milliseconds, or never. Fails with INVALID_VALUE.
   */
  set(
    model: string,
    key: string,
    value: unknown,
    options: KeyOptions | undefined,
    callback: Callback,
  ): void {
    const kept = keptValue(value);
    const ttl = options?.ttl ?? undefined;
    this.runner.write(
      asked('set', model, options, key, value),
      withoutResult(callback),
      (writer, table, {upsert}) => {
        requireKey(key);
        const entry = {
          key,
          value: kept(),
          ...(ttl !== undefined && {expiresAt: expiryAfter(ttl, this.now())}),
        };
        return upsert(writer, table, entry, 'replace');
      },
    );
    if (ttl !== undefined) this.expiry.noteWrite();
  }

  /**
   * Has a key expire in so many milliseconds from now on. Fails with ROW_NOT_FOUND
   * where it is not there.
   */
  expire(
    model: string,
    key: string,
    ttl: number,
    options: object,
    callback: Callback,
  ): void {
    this.runner.write(
      asked('expire', model, options, key, ttl),
      withoutResult(callback),
      (writer, table, {updateById}) => {
        const now = this.now();
        const expiresAt = expiryAfter(ttl, now);
        requireLive(entryIn(writer, table, key), {model, key, now});
        return updateById(writer, table, key, {expiresAt});
      },
    );
    this.expiry.noteWrite();
  }

  /**
   * Calls back with the milliseconds after which a key expires, or undefined where
   * it does not. Fails with ROW_NOT_FOUND where it is not there.
   */
  ttl(
    model: string,
    key: string,
    options: object,
    callback: Callback<number | undefined>,
  ): void {
    this.runner.read(
      asked('ttl', model, options, key),
      callback,
      (view, table) => {
        const now = this.now();
        const entry = entryIn(view, table, key);
        requireLive(entry, {model, key, now});
        return entry.expiresAt && entry.expiresAt.getTime() - now;
      },
    );
  }

  /**
   * The keys that there are when the first is asked for and that match a pattern,
   * in the order of their UTF-16 code units; without those that have expired by the
   * time when they would come.
   */
  iterateKeys(
    model: string,
    filter: KeyFilter,
    options?: {readonly transaction?: unknown},
  ): Pick<KeyIterator, 'next'> {
    let kept: Version | undefined;
    const seen = (view: ReadView): ReadView =>
      (options?.transaction ?? undefined) === undefined
        ? readDirectly((kept ??= this.database.head), view.isCut)
        : view;
    const read: ReadKeys = (range, callback) =>
      this.runner.read(
        asked('iterateKeys', model, options, filter),
        callback as Callback<RowCopy[]>,
        (view, table, statements) => {
          const where = {key: range};
          return statements.select(seen(view), table, {
            where,
            order: ['key ASC'],
            limit: keysAtOnce,
            fields: {key: true, expiresAt: true},
          });
        },
      );
    return new KeyIterator(filter, read, this.now);
  }

  /** Takes a key away, if it is there. */
  delete(
    model: string,
    key: string,
    options: object,
    callback: Callback,
  ): void {
    this.runner.write(
      asked('delete', model, options, key),
      withoutResult(callback),
      (writer, table, {deleteById}) => {
        requireKey(key);
        return deleteById(writer, table, key);
      },
    );
  }

  /** Takes all keys of a model away. */
  deleteAll(model: string, options: object, callback: Callback): void {
    this.runner.write(
      asked('deleteAll', model, options),
      withoutResult(callback),
      (writer, table, {deleteWhere}) => deleteWhere(writer, table, {}),
    );
  }

  private expiringKeys(): ExpiringKeys {
    return {
      removeExpired: (now, limit) => this.removeExpired(now, limit),
      expireAfter: now =>
        this.writableTables().some(
          table => this.expiring(table, {gt: new Date(now)}, 1).length > 0,
        ),
    };
  }

  private async removeExpired(now: number, limit: number): Promise<number> {
    const expiresAt = {lte: new Date(now)};
    let found = 0;
    for (const table of this.writableTables()) {
      const keys = this.expiring(table, expiresAt, limit);
      if (keys.length === 0) continue;
      found += keys.length;
      // Who has locked one of them may want it to stay.
      await this.database.write(
        writer => deleteWhere(writer, table, {key: {inq: keys}, expiresAt}),
        {lockTimeoutMs: 0},
      );
    }
    return found;
  }

  private expiring(table: string, expiresAt: object, limit: number): string[] {
    const filter = {
      where: {expiresAt},
      order: ['expiresAt ASC'],
      limit,
      fields: {key: true},
    };
    const rows = this.database.view(view => select(view, table, filter));
    return rows.map(({key}) => key as string);
  }

  private writableTables(): string[] {
    if (!this.isConnected || this.settings['readOnly'] === true) return [];
    return Object.keys(this._models).map(model => this.tableOf(model));
  }
}

/** The row of a key, which is to be read only. */
function entryIn(
  view: ReadView,
  table: string,
  key: unknown,
): Entry | undefined {
  requireKey(key);
  return rowOfId(view, tableIn(view, table), key) as Entry | undefined;
}

function withoutResult(callback: Callback): Callback<unknown> {
  return error => callback(error);
}

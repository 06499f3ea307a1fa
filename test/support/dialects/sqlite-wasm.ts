import path from 'node:path';
import {
  type Address,
  bytesAt,
  type Engine,
  loadEngine,
  textAt,
  withBytes,
} from './sqlite-engine';

/*
 * What LoopBack's connector uses of the package `sqlite3`, with the same engine in
 * WebAssembly, so that nothing has to be compiled: values are bound and read, and
 * errors made, as statement.cc of `sqlite3` 4.2.0 says. Not the same: files are in
 * the memory of the process, and no connection locks another one out.
 */

const rowReady = 100;
const done = 101;
/** Lets SQLite make a copy of what is bound. */
const transient = -1;

/** By number, those of SQLite's results that `sqlite3` has a name for. */
const codes: Readonly<Record<number, string>> = Object.fromEntries(
  (
    'OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR ' +
    'CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT ' +
    'MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB'
  )
    .split(' ')
    .map((name, number) => [number, `SQLITE_${name}`]),
);

/** SQLite's names of the types of what is stored. */
const types = {integer: 1, float: 2, text: 3, blob: 4, null: 5} as const;

type Row = Record<string, unknown>;

/** What a callback is called on. */
class Statement {
  lastID?: number;
  changes?: number;
}

type Callback = (this: Statement, error: Error | null, rows?: Row[]) => void;

/** A connection to a database in the memory of this process. */
class Database {
  private readonly connection: Address;

  constructor(
    private readonly engine: Engine,
    file: string,
  ) {
    const name = Buffer.from(file.replaceAll(/[\\/]/g, '_'));
    this.connection = withOutput(engine, output => {
      withBytes(engine, name, each => engine._sqlite3_open(each, output));
    });
  }

  run(sql: string, params: readonly unknown[], callback: Callback): this;
  run(sql: string, callback: Callback): this;
  run(sql: string, ...rest: unknown[]): this {
    return this.answer(sql, rest, (handle, statement) => {
      const status = this.engine._sqlite3_step(handle);
      if (status !== rowReady && status !== done) throw this.error(status);
      statement.lastID = this.lastId();
      statement.changes = this.engine._sqlite3_changes(this.connection);
      return undefined;
    });
  }

  all(sql: string, params: readonly unknown[], callback: Callback): this;
  all(sql: string, callback: Callback): this;
  all(sql: string, ...rest: unknown[]): this {
    return this.answer(sql, rest, handle => this.rows(handle));
  }

  close(callback?: (error: Error | null) => void): void {
    this.engine._sqlite3_close_v2(this.connection);
    if (callback) process.nextTick(callback, null);
  }

  /** Runs a statement, and calls back on the next tick. */
  private answer(
    sql: string,
    rest: readonly unknown[],
    work: (handle: Address, statement: Statement) => Row[] | undefined,
  ): this {
    const callback = rest.at(-1) as Callback;
    const params = Array.isArray(rest[0]) ? rest[0] : [];
    const statement = new Statement();
    let outcome: [Error | null, Row[]?];
    try {
      const rows = this.prepared(sql, handle => {
        this.bind(handle, params);
        return work(handle, statement);
      });
      outcome = rows ? [null, rows] : [null];
    } catch (error) {
      outcome = [error as Error];
    }
    process.nextTick(() => callback.call(statement, ...outcome));
    return this;
  }

  private prepared<T>(sql: string, use: (handle: Address) => T): T {
    const text = Buffer.from(sql);
    const handle = withOutput(this.engine, output => {
      const status = withBytes(this.engine, text, address =>
        this.engine._sqlite3_prepare_v2(
          this.connection,
          address,
          text.length,
          output,
          0,
        ),
      );
      if (status !== 0) throw this.error(status);
    });
    try {
      return use(handle);
    } finally {
      this.engine._sqlite3_finalize(handle);
    }
  }

  private bind(handle: Address, params: readonly unknown[]): void {
    for (const [i, value] of params.entries()) {
      const status = bindOne(this.engine, handle, i + 1, value);
      if (status !== 0) throw this.error(status);
    }
  }

  private rows(handle: Address): Row[] {
    const rows: Row[] = [];
    let status: number;
    while ((status = this.engine._sqlite3_step(handle)) === rowReady) {
      const count = this.engine._sqlite3_data_count(handle);
      const row: Row = {};
      for (let i = 0; i < count; i++) {
        const name = textAt(
          this.engine,
          this.engine._sqlite3_column_name(handle, i),
        );
        row[name] = valueAt(this.engine, handle, i);
      }
      rows.push(row);
    }
    if (status !== done) throw this.error(status);
    return rows;
  }

  private lastId(): number {
    return this.prepared('SELECT last_insert_rowid()', handle => {
      this.engine._sqlite3_step(handle);
      return this.engine._sqlite3_column_double(handle, 0);
    });
  }

  private error(status: number): Error {
    const code = codes[status] ?? 'UNKNOWN';
    const message = textAt(
      this.engine,
      this.engine._sqlite3_errmsg(this.connection),
    );
    return Object.assign(new Error(`${code}: ${message}`), {
      errno: status,
      code,
    });
  }
}

/** The address that a function writes to one. */
function withOutput(engine: Engine, use: (output: Address) => void): Address {
  return withBytes(engine, new Uint8Array(7), output => {
    use(output);
    return engine.HEAP32[output / 4]!;
  });
}

/** What it has no type for is left out, which is null. */
function bindOne(
  engine: Engine,
  handle: Address,
  index: number,
  value: unknown,
): number {
  if (typeof value === 'string' || value instanceof RegExp) {
    const text = Buffer.from(String(value));
    return withBytes(engine, text, address =>
      engine._sqlite3_bind_text(handle, index, address, text.length, transient),
    );
  }
  if (typeof value === 'boolean' || Object.is(value, (value as number) | 0)) {
    return engine._sqlite3_bind_int(handle, index, Number(value));
  }
  if (typeof value === 'number' || value instanceof Date) {
    return engine._sqlite3_bind_double(handle, index, Number(value));
  }
  return Buffer.isBuffer(value)
    ? withBytes(engine, value, address =>
        engine._sqlite3_bind_blob(
          handle,
          index,
          address,
          value.length,
          transient,
        ),
      )
    : 0;
}

function valueAt(engine: Engine, handle: Address, column: number): unknown {
  const type = engine._sqlite3_column_type(handle, column);
  switch (type) {
    case types.null:
      return null;
    case types.integer:
    case types.float:
      return engine._sqlite3_column_double(handle, column);
    default: {
      const address = engine._sqlite3_column_blob(handle, column);
      const length = engine._sqlite3_column_bytes(handle, column);
      const bytes = bytesAt(engine, address, length);
      return type === types.text ? bytes.toString() : bytes;
    }
  }
}

/**
 * loopback-connector-sqlite3 on SQLite in WebAssembly. What it requires as
 * `sqlite3` is sql.js by `overrides` in package.json, and here what this file has.
 */
export async function wasmConnector(): Promise<unknown> {
  const name = require.resolve('loopback-connector-sqlite3');
  const driver = require.resolve('sqlite3', {paths: [path.dirname(name)]});
  const engine = await loadEngine(driver);
  require.cache[driver]!.exports = driverOn(engine);
  return require(name);
}

/** What the package `sqlite3` exports. */
function driverOn(engine: Engine): object {
  return {
    OPEN_READONLY: 1,
    OPEN_READWRITE: 2,
    OPEN_CREATE: 4,
    Database: class extends Database {
      constructor(
        file: string,
        _mode: number,
        callback: (error: Error | null) => void,
      ) {
        super(engine, file);
        process.nextTick(callback, null);
      }
    },
    verbose: () => undefined,
  };
}

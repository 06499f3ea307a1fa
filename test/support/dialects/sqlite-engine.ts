import type {EventEmitter} from 'node:events';
import {readFileSync} from 'node:fs';

/** A place in the engine's memory. */
export type Address = number;

/** SQLite's functions in C, compiled to WebAssembly, and its memory. */
export interface Engine {
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  _malloc(size: number): Address;
  _free(address: Address): void;
  _sqlite3_open(file: Address, connection: Address): number;
  _sqlite3_close_v2(connection: Address): number;
  _sqlite3_errmsg(connection: Address): Address;
  _sqlite3_changes(connection: Address): number;
  _sqlite3_prepare_v2(
    connection: Address,
    sql: Address,
    length: number,
    statement: Address,
    tail: Address,
  ): number;
  _sqlite3_finalize(statement: Address): number;
  _sqlite3_step(statement: Address): number;
  _sqlite3_bind_int(statement: Address, index: number, value: number): number;
  _sqlite3_bind_double: Engine['_sqlite3_bind_int'];
  _sqlite3_bind_text(
    statement: Address,
    index: number,
    bytes: Address,
    length: number,
    destructor: number,
  ): number;
  _sqlite3_bind_blob: Engine['_sqlite3_bind_text'];
  _sqlite3_data_count(statement: Address): number;
  _sqlite3_column_name(statement: Address, column: number): Address;
  _sqlite3_column_type(statement: Address, column: number): number;
  _sqlite3_column_double(statement: Address, column: number): number;
  _sqlite3_column_blob(statement: Address, column: number): Address;
  _sqlite3_column_bytes(statement: Address, column: number): number;
}

const events = ['unhandledRejection', 'uncaughtException'];
const whole: EventEmitter = process;

let loaded: Promise<Engine> | undefined;

/**
 * SQLite 3.31.1, the version that the package `sqlite3` 4.2.0 is built with, from
 * the main file of an installed sql.js. Each process has one.
 */
export function loadEngine(file: string): Promise<Engine> {
  loaded ??= loadAnew(file);
  return loaded;
}

async function loadAnew(file: string): Promise<Engine> {
  const wasmBinary = readFileSync(file.replace(/\.js$/, '.wasm'));
  const before = events.map(event => whole.listeners(event));
  const engine: Engine = await require(file)({wasmBinary});
  // It listens for errors of the whole process, and would end it at each.
  for (const [i, event] of events.entries()) {
    whole
      .listeners(event)
      .filter(listener => !before[i]!.includes(listener))
      .forEach(listener => {
        whole.removeListener(event, listener as () => void);
      });
  }
  return engine;
}

/** Copies bytes into the engine's memory while `use` needs them, and a zero behind them. */
export function withBytes<T>(
  engine: Engine,
  bytes: Uint8Array,
  use: (address: Address) => T,
): T {
  const address = engine._malloc(bytes.length + 1);
  try {
    engine.HEAPU8.set(bytes, address);
    engine.HEAPU8[address + bytes.length] = 0;
    return use(address);
  } finally {
    engine._free(address);
  }
}

/** A copy of bytes in the engine's memory. */
export function bytesAt(
  {HEAPU8}: Engine,
  address: Address,
  length: number,
): Buffer {
  return Buffer.from(HEAPU8.subarray(address, address + length));
}

/** A text that ends with a zero. */
export function textAt(engine: Engine, address: Address): string {
  const end = engine.HEAPU8.indexOf(0, address);
  return bytesAt(engine, address, end - address).toString();
}

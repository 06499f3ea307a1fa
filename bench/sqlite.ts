/** The part of `better-sqlite3` that is used; the package is not among our dependencies. */
export interface Sqlite {
  pragma(text: string): unknown;
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  transaction<T>(work: () => T): () => T;
  close(): void;
}

export interface SqliteStatement {
  run(...values: unknown[]): {changes: number};
  get(...values: unknown[]): Record<string, unknown> | undefined;
  all(...values: unknown[]): Record<string, unknown>[];
  pluck(): SqliteStatement;
}

/** Opens a file or `:memory:`; undefined where better-sqlite3 is not installed. */
export const Sqlite = loaded();

/** Which better-sqlite3 is measured; undefined when it is not installed. */
export const sqliteVersion: string | undefined =
  Sqlite && require('better-sqlite3/package.json').version;

function loaded(): (new (file: string) => Sqlite) | undefined {
  try {
    return require('better-sqlite3') as new (file: string) => Sqlite;
  } catch {
    return undefined;
  }
}

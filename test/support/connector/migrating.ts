import assert from 'node:assert/strict';
import type {MigrationStep} from '../../../lib/database/migration';
import {makeDataSource, type Model} from './data-source';
import type {Files} from './files';
import type {TransactionalDataSource} from './transactions';

type Names = string | readonly string[] | undefined;
type Done<T = void> = (error: Error | null, result?: T) => void;

/** A datasource with LoopBack's methods for schemas. */
export interface MigratingDataSource extends TransactionalDataSource {
  autoupdate(models?: Names): Promise<void>;
  autoupdate(models: Names, done: Done): void;
  automigrate(models?: Names): Promise<void>;
  automigrate(models: Names, done: Done): void;
  isActual(models?: Names): Promise<boolean>;
  isActual(models: Names, done: Done<boolean>): void;
  getModel(name: string): Model;
}

/** A datasource of its own whose models can be defined again and again. */
export function openMigrating(settings: object = {}): MigratingDataSource {
  return makeDataSource(settings) as MigratingDataSource;
}

/** Runs a function on a datasource on a file, and disconnects it. */
export function withFile<T>(
  files: Files,
  run: (db: MigratingDataSource) => Promise<T>,
  settings: object = {},
): Promise<T> {
  return files.with(db => run(db as MigratingDataSource), settings);
}

/** An id that is a number. */
export const id = {type: Number, id: true};

/** What is stored of a model, in the order of ids, without what is missing. */
export function stored(db: MigratingDataSource, table = 'M'): object[] {
  const rows: object[] = [];
  const {tables} = db.connector.database.head;
  tables.get(table)?.rows.forEach(row => void rows.push({...row}));
  return rows;
}

/** The texts of what a migration would do. */
export function planTexts(db: MigratingDataSource, models?: Names): string[] {
  return db.connector
    .planMigration(models as string | undefined)
    .map(({text}: MigrationStep) => text);
}

/** What keeps a migration from being done, each problem as `id property: reason`. */
export async function refusalOf(
  migration: Promise<unknown>,
): Promise<{message: string; count: number; problems: string[]}> {
  const error: any = await migration.then(
    () => assert.fail('the migration was done'),
    (refusal: unknown) => refusal,
  );
  assert.equal(error.code, 'MIGRATION_REFUSED', error.stack);
  const {problems, problemCount} = error.details;
  return {
    message: error.message,
    count: problemCount,
    problems: problems.map(
      (problem: Record<string, unknown>) =>
        `${String(problem['table'])} ${String(problem['id'])} ` +
        `${String(problem['property'])}: ${String(problem['reason'])}`,
    ),
  };
}

/**
 * Fails unless a migration is refused, nothing is changed by it, and the database
 * is sound.
 */
export async function assertRefused(
  db: MigratingDataSource,
  problems: readonly string[],
  models?: Names,
): Promise<void> {
  const before = db.connector.database.head;
  const refusal = await refusalOf(db.autoupdate(models));
  assert.deepEqual(refusal.problems, problems);
  assert.equal(refusal.count, problems.length);
  assert.equal(db.connector.database.head, before, 'nothing was changed');
  assert.equal(await db.isActual(models), false);
}

/** Migrates, and fails unless all is sound and actual then. */
export async function migrate(
  db: MigratingDataSource,
  models?: Names,
): Promise<void> {
  await db.autoupdate(models);
  assert.deepEqual(db.connector.database.verify(), []);
  assert.deepEqual(planTexts(db, models), []);
  assert.equal(await db.isActual(models), true);
}

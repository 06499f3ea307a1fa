import {InMemoryError, inMemory} from 'loopback-connector-inmemory';
import {CitiesApplication} from './application';
import {CityRepository, CountryRepository} from './repositories';

/**
 * Brings the file of an older version of the application up to its models, as the
 * `migrate.ts` of a generated LoopBack 4 application does: `--rebuild` empties it.
 */
async function migrate(words: readonly string[]): Promise<void> {
  const existingSchema = words.includes('--rebuild') ? 'drop' : 'alter';
  const file = process.env['FILE'] || undefined;
  const app = new CitiesApplication({file});
  const {dataSource} = await app.getRepository(CityRepository);
  // It declares its model when it is made.
  await app.getRepository(CountryRepository);
  // What is emitted is what `connect` rejects with, and would end the process.
  dataSource.on('error', () => undefined);
  await dataSource.connect();
  try {
    console.log(`Migrating the schema (${existingSchema} the existing one)`);
    if (existingSchema === 'alter') {
      for (const {text} of inMemory(dataSource).planMigration()) {
        console.log(`- ${text}`);
      }
    }
    await app.migrateSchema({existingSchema});
  } finally {
    await dataSource.disconnect();
  }
}

migrate(process.argv.slice(2)).catch((error: unknown) => {
  const isSentence = error instanceof InMemoryError;
  console.error('Cannot migrate:', isSentence ? error.message : error);
  process.exit(1);
});

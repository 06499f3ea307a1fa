import {recordIsolation} from './isolation-recording';
import {realDatabases} from './real-database';
import {recordedAnswers, recordedNames, writeRecording} from './recording';

/** `npm run record -- postgresql`: asks a real database, and keeps its answers. */
async function main([name = '']: readonly string[]): Promise<void> {
  const connect = realDatabases[name];
  if (!recordedNames.some(each => each === name) || connect === undefined) {
    throw new Error(
      `npm run record -- ${recordedNames.join('|')}, with TEST_POSTGRESQL_URL, ` +
        'TEST_MYSQL_URL, or TEST_SQLITE_CONNECTOR, which is the folder of an ' +
        `installed loopback-connector-sqlite3; and not "${name}".`,
    );
  }
  const real = await connect();
  try {
    const probes = await recordedAnswers(name, await real.open(), real.name);
    writeRecording(name, {versions: real.versions, probes});
    if (name === 'mariadb') await recordIsolation(real.versions);
    console.log(
      `${Object.keys(probes).length} probes of ${name} are recorded.`,
    );
  } finally {
    await real.drop();
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

/**
 * Prints the URL of a database server if it answers and lets us in, nothing else:
 *
 *   node scripts/answering.mjs postgres://postgres@127.0.0.1:5432/test
 */
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const [, , url] = process.argv;

async function connect() {
  if (url.startsWith('mysql:')) {
    const client = await require('mysql2/promise').createConnection(url);
    await client.end();
    return;
  }
  const {Client} = require('pg');
  const client = new Client({connectionString: url});
  await client.connect();
  await client.end();
}

try {
  await connect();
  console.log(url);
} catch {
  // Without a server its tests are skipped, and say so.
}

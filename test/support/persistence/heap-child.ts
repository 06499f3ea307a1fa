/**
 * A process that inserts rows until its heap is full. It says the id of each on
 * stdout once it is acknowledged.
 */
import {writeSync} from 'node:fs';
import {Database} from '../../../lib/database/database';
import {insert} from '../../../lib/database/statements';
import {schemaOf} from '../schema/example';

const textLength = 20_000;

async function main(file: string): Promise<never> {
  const database = new Database(undefined, true);
  database.declare('Log', schemaOf({name: 'Log', columns: {id: 'number'}}));
  await database.openFiles(file, {
    fsync: 'no',
    lockTimeoutMs: 0,
    checkpointsCommits: false,
    idleMs: 20,
    isReadOnly: false,
    report: () => undefined,
  });
  for (let id = 1; ; id++) {
    // Each has a text of its own.
    const text = String(id).padEnd(textLength, '-');
    await database.write(to => insert(to, 'Log', [{id, text}]));
    writeSync(1, `${id}\n`);
    // Checkpoints have their turn.
    if (id % 50 === 0) await new Promise(resolve => setTimeout(resolve, 30));
  }
}

void main(process.argv[2]!);

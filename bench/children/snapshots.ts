import {Database, type Version} from '../../lib/database/database';
import {heapBytes} from '../child';
import {makeFixture} from '../fixture';
import {DatabaseStore, itemSchema} from '../peers/database';

/** Prints how many bytes of heap each write adds while snapshots are kept, at so many rows. */
const writes = 10_000;
const writesPerSnapshot = 10;

async function main(): Promise<void> {
  const rows = Number(process.argv[2]);
  const database = new Database();
  database.declare(itemSchema.name, itemSchema);
  const store = new DatabaseStore(database);
  const {items, picks} = makeFixture(rows);
  await store.load(items);
  const kept: Version[] = [];
  const before = heapBytes();
  for (let index = 0; index < writes; index++) {
    if (index % writesPerSnapshot === 0) kept.push(database.head);
    await store.updateStock(picks[index]!.id, index % 1000);
  }
  const bytes = (heapBytes() - before) / writes;
  console.log(JSON.stringify({bytes, snapshots: kept.length}));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

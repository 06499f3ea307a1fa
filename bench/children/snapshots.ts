import {Database, type Version} from '../../lib/database/database';
import {heapBytes} from '../child';
import {generateItems, pickItems} from '../fixture';
import {DatabaseStore, itemSchema} from '../peers/database';

/** Prints how many bytes of heap each write adds while snapshots are kept, at so many rows. */
const writes = 10_000;
const writesPerSnapshot = 10;

async function main(): Promise<void> {
  const rows = Number(process.argv[2]);
  const database = new Database();
  database.declare(itemSchema.name, itemSchema);
  const store = new DatabaseStore(database);
  const picks = pickItems(rows, generateItems(rows));
  await store.load(generateItems(rows));
  const kept: Version[] = [];
  const before = heapBytes();
  for (let index = 0; index < writes; index++) {
    if (index % writesPerSnapshot === 0) kept.push(database.head);
    await store.updateStock(picks[index]!.id, index % 1000);
  }
  const bytes = (heapBytes() - before) / writes;
  // Until here all is in use: what ends before the second look would count as gained.
  const {length} = await store.findByCode(picks[0]!.code);
  if (length !== 1) throw new Error('a row is missing');
  console.log(JSON.stringify({bytes, snapshots: kept.length}));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

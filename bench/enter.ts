import type {Case} from './cases';
import type {Entrant} from './comparison';
import type {Fixture} from './fixture';
import type {Peer, Store} from './store';

/** A peer's store, loaded with the items of a fixture. */
export interface Loaded {
  readonly peer: Peer;
  readonly fixture: Fixture;
  readonly store: Store;
}

const checkedOperations = 20;

/** A case for one store, whose answers were checked; rejects when one is wrong. */
export async function enter(
  benchCase: Case,
  loaded: Loaded,
): Promise<Entrant & {readonly maxBatch: number}> {
  const {peer, store, fixture} = loaded;
  const run = benchCase.prepare(store, fixture);
  for (let index = 0; index < checkedOperations; index++) {
    checkAnswer(benchCase, loaded, index, await run.perform(index));
  }
  if (run.undo) await run.undo();
  const rows = fixture.items.length;
  const share = benchCase.maxBatchShare ?? Number.POSITIVE_INFINITY;
  return {...run, name: peer.name, rows, maxBatch: Math.ceil(rows * share)};
}

function checkAnswer(
  benchCase: Case,
  {peer, fixture}: Loaded,
  index: number,
  answer: unknown,
): void {
  const rowCount = benchCase.countRows(answer);
  const subject = `${benchCase.name} of ${peer.name}, operation ${index},`;
  if (rowCount !== benchCase.rowCount) {
    throw new Error(
      `${subject} answers ${rowCount} rows, not ${benchCase.rowCount}.`,
    );
  }
  if (peer.answersConstants) return;
  if (!benchCase.isRight(answer, fixture, index)) {
    throw new Error(`${subject} answers wrongly: ${JSON.stringify(answer)}`);
  }
}

import assert from 'node:assert/strict';
import {isDeepStrictEqual} from 'node:util';
import type {Database} from '../../lib/database/database';
import type {Choose} from '../support/persistence/memory-files';
import {CrashDisk, dataFile} from '../support/persistence/crash-disk';
import {
  chooser,
  commit,
  openKept,
  recoveredState,
  type State,
  stateOf,
} from '../support/persistence/kept';
import {seed} from '../support/random';

/** What was found after a power cut, and what must have been. */
interface Sample extends State {
  readonly acknowledged: number;
}

/** The states that commits have led to, and how many were acknowledged. */
class History {
  states: State[] = [{rows: '[]', next: 1, columns: ''}];
  acknowledged = 0;
  crashStates = 0;
  private samples: Sample[] = [];
  /** What has failed although the disk is well. */
  refusal: unknown;

  constructor(readonly choose: Choose) {}

  /**
   * Notes the state after a statement. Returns how many commits there are when it
   * was one; 0 when it has changed nothing, for nothing is promised then.
   */
  note(state: State): number {
    const last = this.states.at(-1)!;
    if (isDeepStrictEqual(last, state)) return 0;
    return this.states.push(state) - 1;
  }

  /** Looks at what power cuts could leave just now. */
  sample(disk: CrashDisk): void {
    const {acknowledged, choose} = this;
    try {
      const cuts = [
        disk.afterKill(),
        disk.afterWorstCut(true),
        disk.afterWorstCut(false),
        ...Array.from({length: 4}, () => disk.afterPowerCut(choose)),
      ];
      for (const cut of cuts) {
        this.samples.push({...recoveredState(cut), acknowledged});
      }
      this.crashStates += cuts.length;
    } catch (error) {
      // Thrown from here it would look like a failure of the disk.
      this.refusal ??= error;
    }
  }

  /** Fails unless all samples are states of the history. */
  check(): void {
    if (this.refusal !== undefined) throw this.refusal as Error;
    for (const sample of this.samples) this.indexOf(sample);
    this.samples = [];
  }

  private indexOf({rows, next, columns, acknowledged}: Sample): number {
    const index = this.states.findLastIndex(
      state =>
        state.rows === rows && state.next <= next && state.columns === columns,
    );
    assert.ok(
      index >= acknowledged,
      `${acknowledged} commits were acknowledged, ${index} are there: ` +
        `${columns} ${rows}`,
    );
    return index;
  }

  /** Goes on from what a power cut has left. */
  continueFrom(disk: CrashDisk): void {
    const {acknowledged} = this;
    const index = this.indexOf({...recoveredState(disk), acknowledged});
    this.states = this.states.slice(0, index + 1);
    this.acknowledged = index;
  }
}

async function makeCommits(
  database: Database,
  history: History,
): Promise<void> {
  const {choose} = history;
  const waits: Promise<void>[] = [];
  for (let step = 0; step < 25; step++) {
    if (choose(8) === 0) waits.push(database.checkpoint());
    const wait = commit(database, choose, history.states.length);
    const count = history.note(stateOf(database));
    waits.push(
      wait.then(
        () => {
          history.acknowledged = Math.max(history.acknowledged, count);
        },
        (error: unknown) => {
          history.refusal ??= error;
        },
      ),
    );
    history.check();
    if (choose(3) === 0) await Promise.all(waits.splice(0));
    else if (choose(2) === 0) await new Promise(setImmediate);
  }
  // A crash may come while something is on its way.
  if (choose(2) === 0) await Promise.all(waits);
  else for (const wait of waits) wait.catch(() => undefined);
}

/** From opening the files to closing them or to a power cut. */
async function live(disk: CrashDisk, history: History): Promise<CrashDisk> {
  const {choose} = history;
  disk.changed = () => history.sample(disk);
  const database = await openKept(disk, {checkpointsCommits: choose(4) === 0});
  assert.equal(stateOf(database).rows, history.states.at(-1)!.rows);
  history.check();
  await makeCommits(database, history);
  let left = disk.afterPowerCut(choose);
  const {acknowledged} = history;
  history.check();
  const isClosed = choose(2) === 0;
  if (!isClosed) disk.changed = () => undefined;
  await database.closeFiles();
  history.check();
  assert.equal(disk.openCount, 0, 'all files are closed');
  if (isClosed) left = disk.afterPowerCut(choose);
  else history.acknowledged = acknowledged;
  return left;
}

/** A disk with a data file that has nothing in it. */
function diskWithEmptyFile(): CrashDisk {
  const disk = new CrashDisk();
  disk.close(disk.open(dataFile, 'wx+'));
  disk.fsyncDirectory();
  return disk.afterKill();
}

describe('A power cut at any moment', () => {
  const endMs = Number(process.env.SOAK_MS ?? 8_000);

  it('leaves all that was acknowledged, and a prefix of the history', async () => {
    const startMs = performance.now();
    let crashStates = 0;
    let histories = 0;
    for (; performance.now() - startMs < endMs; histories++) {
      const history = new History(chooser(seed + histories));
      let disk = histories % 2 === 0 ? new CrashDisk() : diskWithEmptyFile();
      try {
        for (let life = 0; life < 3; life++) {
          disk = await live(disk, history);
          history.continueFrom(disk);
        }
      } catch (error) {
        const where = `FC_SEED=${seed + histories}`;
        throw new Error(`${where}: ${(error as Error).message}`, {
          cause: error,
        });
      }
      crashStates += history.crashStates;
    }
    console.log(`      ${crashStates} crash states of ${histories} histories`);
    assert.ok(crashStates > 1000);
  });
});

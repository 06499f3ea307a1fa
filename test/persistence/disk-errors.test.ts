import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Database} from '../../lib/database/database';
import {insert} from '../../lib/database/statements';
import {CrashDisk} from '../support/persistence/crash-disk';
import {openKept, recoveredState, stateOf} from '../support/persistence/kept';
import {errorOf} from '../support/persistence/memory-files';
import {requireCode} from '../support/errors';

/** Which call goes wrong, and how. */
interface Fault {
  readonly code: string;
  readonly isSticky: boolean;
  /** Of a write: what is written before the error. */
  readonly share: number;
  readonly checkpointsCommits: boolean;
  readonly fsync: 'always' | 'everysec';
}

/** Lets the nth call go wrong, and those after it if it is sticky. */
class Faults {
  calls = 0;
  private isHealed = false;
  private isCutShort = false;

  constructor(
    private readonly fault: Fault,
    private readonly at: number,
  ) {}

  get hasFired(): boolean {
    return this.calls >= this.at;
  }

  heal(): void {
    this.isHealed = true;
  }

  /** A full disk takes a part first, and fails only when asked again. */
  before(name: string): void | {share: number} {
    if (this.isHealed) return undefined;
    const {code, isSticky, share} = this.fault;
    this.calls++;
    if (this.calls < this.at) return undefined;
    if (this.calls > this.at && !isSticky && !this.isCutShort) return undefined;
    const isShort = name === 'write' && share > 0 && !this.isCutShort;
    this.isCutShort = isShort;
    if (isShort) return {share};
    throw errorOf(code);
  }
}

/** What was told to those who wrote: the marks of their rows. */
class Answers {
  readonly acknowledged: number[] = [];
  readonly failed: number[] = [];

  async insert(database: Database, mark: number): Promise<void> {
    try {
      await database.write(to => insert(to, 'City', [{mark}, {mark}]));
      this.acknowledged.push(mark);
    } catch (error) {
      assertFailure(error);
      this.failed.push(mark);
    }
  }
}

function assertFailure(error: unknown): void {
  requireCode(error, 'PERSISTENCE_FAILED');
}

/** The marks of the rows; fails where half of a commit is there. */
function marksOf(rows: string): number[] {
  const marks = (JSON.parse(rows) as {mark: number}[]).map(row => row.mark);
  const whole = [...new Set(marks)];
  assert.equal(marks.length, whole.length * 2, 'no commit is there by halves');
  return whole.sort((a, b) => a - b);
}

async function checkpoint(database: Database): Promise<void> {
  await database.checkpoint().catch(assertFailure);
}

/** Long enough for a store to mend itself. */
const aWhile = () => sleep(3);

async function work(
  database: Database,
  answers: Answers,
  faults: Faults,
): Promise<void> {
  let mark = 1;
  const one = () => answers.insert(database, mark++);
  const checkMemory = () => {
    const marks = marksOf(stateOf(database).rows);
    assert.deepEqual(
      marks,
      answers.acknowledged.toSorted((a, b) => a - b),
    );
  };
  await one();
  await Promise.all([one(), one(), one()]);
  checkMemory();
  const running = checkpoint(database);
  await Promise.all([one(), one()]);
  await running;
  checkMemory();
  await one();
  await checkpoint(database);
  await aWhile();
  checkMemory();
  await one();
  faults.heal();
  await aWhile();
  await checkpoint(database);
  const count = answers.acknowledged.length;
  await one();
  assert.equal(answers.acknowledged.length, count + 1, 'it takes writes again');
  checkMemory();
}

async function tryWith(fault: Fault, at: number): Promise<boolean> {
  const disk = new CrashDisk();
  const faults = new Faults(fault, at);
  disk.before = name => faults.before(name);
  const {checkpointsCommits, fsync} = fault;
  let database: Database;
  try {
    database = await openKept(disk, {checkpointsCommits, fsync});
  } catch (error) {
    assertFailure(error);
    faults.heal();
    assert.equal(disk.openCount, 0, 'all files are closed');
    database = await openKept(disk, {checkpointsCommits, fsync});
  }
  const answers = new Answers();
  await work(database, answers, faults);
  const left = [disk.afterKill()];
  if (fsync === 'always') left.push(disk.afterWorstCut(false));
  await database.closeFiles();
  left.push(disk.afterKill(), disk.afterWorstCut(true));
  for (const cut of left) {
    const marks = marksOf(recoveredState(cut).rows);
    assert.deepEqual(
      marks,
      answers.acknowledged,
      `failed: ${answers.failed.join()}`,
    );
  }
  assert.equal(disk.openCount, 0, 'all files are closed');
  return faults.hasFired;
}

const modes = [
  {checkpointsCommits: false, fsync: 'always'},
  {checkpointsCommits: true, fsync: 'always'},
  {checkpointsCommits: false, fsync: 'everysec'},
] as const;

describe('A disk that fails at the nth call', () => {
  for (const mode of modes) {
    for (const isSticky of [false, true]) {
      for (const share of [0, 0.5]) {
        const code = share === 0 ? 'EIO' : 'ENOSPC';
        const often = isSticky ? 'for a while' : 'once';
        const how = mode.checkpointsCommits ? ", checkpoint 'commit'" : '';
        it(`loses nothing that was acknowledged and leaves nothing that failed: ${code} ${often}, fsync '${mode.fsync}'${how}`, async () => {
          const fault = {...mode, code, isSticky, share};
          let at = 1;
          try {
            while (await tryWith(fault, at)) at++;
          } catch (error) {
            const {message} = error as Error;
            throw new Error(`call ${at}: ${message}`, {cause: error});
          }
          assert.ok(at > 20);
        });
      }
    }
  }
});

import assert from 'node:assert/strict';
import {realDisk} from '../../../lib/persistence/lock/disk';
import {recover} from '../../../lib/persistence/recovery';

export const laneCount = 4;

/** What a parent tells a process that makes steps, see crash-child.ts. */
export interface Order {
  readonly file: string;
  readonly through: 'connector' | 'database';
  readonly fsync: 'always' | 'everysec' | 'no';
  readonly idleMs: number;
  readonly commitsCheckpoint: boolean;
  /** Whether the data file is brought up to date now and then. */
  readonly checkpoints: boolean;
  /** The type of the marks in the log, to which it is migrated at first. */
  readonly marks: 'number' | 'string';
  readonly seed: number;
  /** The steps that each lane has made. */
  readonly steps: readonly number[];
}

/** Where lanes write to; each call is acknowledged when it resolves. */
export interface LaneStore {
  /** Resolves to the generated id. */
  insert(lane: number, step: number): Promise<number>;
  touch(lane: number, step: number, touched: number): Promise<void>;
  remove(lane: number, step: number): Promise<void>;
  /** In a transaction: both accounts, a row that comes and one that goes. */
  transfer(lane: number, step: number): Promise<number>;
  checkpoint(): Promise<void>;
}

/*
 * The steps of a lane go round, so what must be there follows from their number:
 *
 *   1  inserts a row     {lane, step: 1}
 *   2  changes it        {lane, step: 1, touched: 2}
 *   3  deletes it
 *   4  a transaction: the lane's two accounts get the number of the step, a row
 *      {lane, step: 4} comes, and that of the transaction before goes
 *   5  inserts a row ...
 */
export function makeStep(
  store: LaneStore,
  lane: number,
  step: number,
): Promise<number | void> {
  switch (step % 4) {
    case 1:
      return store.insert(lane, step);
    case 2:
      return store.touch(lane, step - 1, step);
    case 3:
      return store.remove(lane, step - 2);
    default:
      return store.transfer(lane, step);
  }
}

/** The accounts of a lane. */
export function accountsOf(lane: number): [number, number] {
  return [lane * 2 + 1, lane * 2 + 2];
}

interface LaneState {
  readonly accounts: readonly number[];
  readonly rows: readonly string[];
}

function stateAfter(steps: number): LaneState {
  const round = steps - (steps % 4);
  const rows = round > 0 ? [`${round}`] : [];
  if (steps % 4 === 1) rows.push(`${steps}`);
  if (steps % 4 === 2) rows.push(`${steps - 1} touched ${steps}`);
  return {accounts: round > 0 ? [round, round] : [], rows};
}

interface LaneRow {
  readonly id: number;
  readonly lane: number;
  readonly step: number;
  readonly touched?: number;
  readonly mark: unknown;
}

/** Of which type marks are, as the files say; undefined before there are any. */
export function marksIn(file: string): string | undefined {
  return recover(file, realDisk).tables.get('Log')?.schema?.columns['mark'];
}

/**
 * How many steps each lane has made, as its files say. Fails unless that is all
 * that were acknowledged (or at least so many) and at most one more, and nothing
 * is there by halves.
 */
export function stepsIn(
  file: string,
  acknowledged: readonly number[],
  least: readonly number[] = acknowledged,
): number[] {
  const {tables} = recover(file, realDisk);
  const log = [...(tables.get('Log')?.rows() ?? [])].map(
    ([, row]) => row as unknown as LaneRow,
  );
  const types = new Set(log.map(({mark}) => typeof mark));
  assert.ok(types.size <= 1, `marks are ${[...types].join(' and ')}`);
  const accounts = [...(tables.get('Account')?.rows() ?? [])].map(
    ([, row]) => row as unknown as LaneRow,
  );
  return acknowledged.map((steps, lane) => {
    const [a, b] = accountsOf(lane);
    const state: LaneState = {
      accounts: accounts
        .filter(({id}) => id === a || id === b)
        .map(({step}) => step),
      rows: log
        .filter(row => row.lane === lane)
        .sort((one, other) => one.step - other.step)
        .map(({step, touched}) =>
          touched === undefined ? `${step}` : `${step} touched ${touched}`,
        ),
    };
    const found = JSON.stringify(state);
    let made = steps + 1;
    while (JSON.stringify(stateAfter(made)) !== found) {
      if (--made < least[lane]!) break;
    }
    assert.ok(
      made >= least[lane]!,
      `lane ${lane} had ${steps} steps acknowledged; the files have ` + found,
    );
    return made;
  });
}

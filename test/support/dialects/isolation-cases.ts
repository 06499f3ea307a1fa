import {type Level, levels} from '../isolation/sessions';

/** Transactions that meet, statement by statement. */
export interface IsolationCase {
  readonly name: string;
  /** The level at which they begin; undefined is none. */
  readonly levels: readonly (Level | undefined)[];
  /**
   * On a table with the rows `{id: 1, v: 10, k: 'a'}` and `{id: 2, v: 20, k: 'b'}`,
   * where `k` is unique and `v` has no index. `T1 find {where}`, `update {where}
   * {data}`, `delete {where}`, `insert {row}`, `commit`, `rollback`, and `goes on`
   * for the end of a statement that waits for its time to be over; `anyone` is
   * outside of transactions. All begin before the first step.
   */
  readonly steps: readonly string[];
}

const all = (
  cases: Readonly<Record<string, readonly string[]>>,
  at: readonly (Level | undefined)[] = levels,
): IsolationCase[] =>
  Object.entries(cases).map(([name, steps]) => ({name, levels: at, steps}));

const anomalies = all({
  'dirty write (G0)': [
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 1} {v: 12}',
    'T1 update {id: 2} {v: 21}',
    'T1 commit',
    'anyone find {}',
    'T2 update {id: 2} {v: 22}',
    'T2 commit',
    'anyone find {}',
  ],
  'aborted read (G1a)': [
    'T1 update {id: 1} {v: 101}',
    'T2 find {}',
    'T1 rollback',
    'T2 find {}',
    'T2 commit',
  ],
  'aborted read of an insert and a delete (G1a)': [
    'T1 insert {id: 3, v: 30}',
    'T1 delete {id: 1}',
    'T2 find {}',
    'T1 rollback',
    'T2 find {}',
    'T2 commit',
  ],
  'intermediate read (G1b)': [
    'T1 update {id: 1} {v: 101}',
    'T2 find {}',
    'T1 update {id: 1} {v: 11}',
    'T1 commit',
    'T2 find {}',
    'T2 commit',
  ],
  'circular information flow (G1c)': [
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 2} {v: 22}',
    'T1 find {id: 2}',
    'T2 find {id: 1}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'observed transaction vanishes (OTV)': [
    'T1 update {id: 1} {v: 11}',
    'T1 update {id: 2} {v: 19}',
    'T2 update {id: 1} {v: 12}',
    'T1 commit',
    'T3 find {id: 1}',
    'T2 update {id: 2} {v: 18}',
    'T3 find {id: 2}',
    'T2 commit',
    'T3 find {}',
    'T3 commit',
  ],
  'predicate-many-preceders, read (PMP)': [
    'T1 find {v: 30}',
    'T2 insert {id: 3, v: 30}',
    'T2 commit',
    'T1 find {v: {gte: 30}}',
    'T1 commit',
  ],
  'predicate-many-preceders, write (PMP)': [
    'T1 update {id: 1} {v: 20}',
    'T1 update {id: 2} {v: 30}',
    'T2 find {}',
    'T2 delete {v: 20}',
    'T1 commit',
    'T2 find {}',
    'T2 commit',
    'anyone find {}',
  ],
  'lost update (P4)': [
    'T1 find {id: 1}',
    'T2 find {id: 1}',
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 1} {v: 15}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'read skew (G-single)': [
    'T1 find {id: 1}',
    'T2 find {}',
    'T2 update {id: 1} {v: 12}',
    'T2 update {id: 2} {v: 18}',
    'T2 commit',
    'T1 find {id: 2}',
    'T1 commit',
    'anyone find {}',
  ],
  'read skew with a predicate (G-single)': [
    'T1 find {v: {lt: 15}}',
    'T2 update {v: 20} {v: 12}',
    'T2 commit',
    'T1 find {v: {lt: 15}}',
    'T1 commit',
    'anyone find {}',
  ],
  'read skew with a write (G-single)': [
    'T1 find {id: 1}',
    'T2 update {id: 1} {v: 12}',
    'T2 update {id: 2} {v: 18}',
    'T2 commit',
    'T1 delete {v: 20}',
    'T1 find {}',
    'T1 commit',
    'anyone find {}',
  ],
  'read skew with a write that waits (G-single)': [
    'T1 find {id: 1}',
    'T2 find {}',
    'T2 update {id: 1} {v: 12}',
    'T2 update {id: 2} {v: 18}',
    'T1 delete {v: 20}',
    'T2 commit',
    'T1 find {}',
    'T1 commit',
    'anyone find {}',
  ],
  'write skew (G2-item)': [
    'T1 find {id: {inq: [1, 2]}}',
    'T2 find {id: {inq: [1, 2]}}',
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 2} {v: 21}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'anti-dependency cycle (G2)': [
    'T1 find {v: {gte: 30}}',
    'T2 find {v: {gte: 30}}',
    'T1 insert {id: 3, v: 30}',
    'T2 insert {id: 4, v: 42}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'anti-dependency cycle with a reader (G2)': [
    'T1 find {}',
    'T2 update {id: 2} {v: 25}',
    'T2 commit',
    'T3 find {}',
    'T3 commit',
    'T1 update {id: 1} {v: 0}',
    'T1 commit',
    'anyone find {}',
  ],
  'phantom, then written': [
    'T1 find {}',
    'T2 insert {id: 3, v: 30}',
    'T2 commit',
    'T1 find {}',
    'T1 update {id: 3} {v: 31}',
    'T1 find {}',
    'T1 commit',
    'anyone find {}',
  ],
});

const writes = all({
  'a write of a row that is gone since': [
    'T1 find {}',
    'T2 delete {id: 2}',
    'T2 commit',
    'T1 update {id: 2} {v: 21}',
    'T1 find {}',
    'T1 commit',
    'anyone find {}',
  ],
  'a write before the first read': [
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 2} {v: 22}',
    'T2 commit',
    'T1 find {}',
    'T1 commit',
  ],
  'a row that comes to meet a where': [
    'T1 update {id: 1} {v: 20}',
    'T2 update {v: 20} {v: 25}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'a new row that meets a where': [
    'T1 insert {id: 3, v: 20}',
    'T2 update {v: 20} {v: 25}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'a new row that meets the where of a delete': [
    'T1 insert {id: 3, v: 20}',
    'T2 delete {v: 20}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'a row that does not meet a where any more': [
    'T1 update {id: 1} {v: 11}',
    'T2 update {v: 10} {v: 15}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'an update of another row without an index': [
    'T1 update {v: 10} {v: 11}',
    'T2 update {v: 20} {v: 21}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'a delete of another row without an index': [
    'T1 update {v: 10} {v: 11}',
    'T2 delete {v: 20}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'an update of another row by its id': [
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 2} {v: 21}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'an insert into what an update has read': [
    'T1 update {v: {gte: 20}} {v: 25}',
    'T2 insert {id: 3, v: 30}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'an insert of what an update has not found': [
    'T1 update {id: 3} {v: 30}',
    'T2 insert {id: 3, v: 33}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
});

const keys = all({
  'an insert of the same unique key, committed': [
    "T1 insert {id: 3, v: 30, k: 'c'}",
    "T2 insert {id: 4, v: 40, k: 'c'}",
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'an insert of the same unique key, rolled back': [
    "T1 insert {id: 3, v: 30, k: 'c'}",
    "T2 insert {id: 4, v: 40, k: 'c'}",
    'T1 rollback',
    'T2 commit',
    'anyone find {}',
  ],
  'an insert of the same id, committed': [
    'T1 insert {id: 3, v: 30}',
    'T2 insert {id: 3, v: 33}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'an insert of another unique key': [
    "T1 insert {id: 3, v: 30, k: 'c'}",
    "T2 insert {id: 4, v: 40, k: 'd'}",
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'a unique key that another one gives up': [
    'T1 delete {id: 2}',
    "T2 insert {id: 3, v: 30, k: 'b'}",
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'a unique key that is taken since': [
    'T1 find {}',
    "T2 insert {id: 3, v: 30, k: 'c'}",
    'T2 commit',
    "T1 insert {id: 4, v: 40, k: 'c'}",
    'T1 find {}',
    'T1 commit',
  ],
  'a unique key that is free since': [
    'T1 find {}',
    'T2 delete {id: 2}',
    'T2 commit',
    "T1 insert {id: 3, v: 30, k: 'b'}",
    'T1 find {}',
    'T1 commit',
    'anyone find {}',
  ],
});

const waiting = all({
  'two updates crosswise': [
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 2} {v: 22}',
    'T1 update {id: 2} {v: 21}',
    'T2 update {id: 1} {v: 12}',
    'T2 find {}',
    'T2 commit',
    'T1 commit',
    'anyone find {}',
  ],
  'two updates crosswise, the one that waits has written more': [
    'T1 update {id: 1} {v: 11}',
    'T1 insert {id: 3, v: 30}',
    'T1 insert {id: 4, v: 40}',
    'T2 update {id: 2} {v: 22}',
    'T1 update {id: 2} {v: 21}',
    'T2 update {id: 1} {v: 12}',
    'T2 commit',
    'T1 commit',
    'anyone find {}',
  ],
  'two updates crosswise, the one that comes has written more': [
    'T1 update {id: 1} {v: 11}',
    'T2 update {id: 2} {v: 22}',
    'T2 insert {id: 3, v: 30}',
    'T2 insert {id: 4, v: 40}',
    'T1 update {id: 2} {v: 21}',
    'T2 update {id: 1} {v: 12}',
    'T1 commit',
    'T2 commit',
    'anyone find {}',
  ],
  'a wait that takes too long': [
    'T1 update {id: 1} {v: 11}',
    'T2 insert {id: 3, v: 30}',
    'T2 update {id: 1} {v: 12}',
    'T2 goes on',
    'T2 update {id: 2} {v: 22}',
    'T2 commit',
    'T1 commit',
    'anyone find {}',
  ],
  'an update outside of transactions': [
    'T1 update {id: 1} {v: 11}',
    'anyone find {}',
    'anyone update {v: 10} {v: 15}',
    'T1 commit',
    'anyone find {}',
  ],
});

const withoutLevel = all(
  {
    'a transaction without a level': [
      'T1 find {}',
      'T2 update {id: 1} {v: 11}',
      'T1 find {}',
      'T2 commit',
      'T1 find {}',
      'T1 commit',
    ],
  },
  [undefined],
);

/** What InnoDB is asked, and this connector with `emulate: 'mariadb'`. */
export const isolationCases: readonly IsolationCase[] = [
  ...anomalies,
  ...writes,
  ...keys,
  ...waiting,
  ...withoutLevel,
];

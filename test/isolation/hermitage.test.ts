import assert from 'node:assert/strict';
import {
  aborted,
  anyone,
  at,
  byLevel,
  conflict,
  levels,
  play,
  sessionOf,
  transcript,
  unlessSerializable,
  waits,
  withConflictAtCommit,
  type Expected,
  type Level,
  type Step,
} from '../support/isolation/sessions';

/*
 * The anomalies of the Hermitage project (https://github.com/ept/hermitage), as
 * schedules of two or three transactions on the rows 1:10 and 2:20. A step says
 * what it is, then what PostgreSQL answers. As there, a transaction's snapshot
 * is taken by its first statement, not by its begin. Unlike there, the commit of
 * a transaction that an error has ended fails: PostgreSQL says nothing and
 * rolls back.
 */
interface Anomaly {
  readonly name: string;
  /** The weakest level that prevents it, and so do all that are stronger. */
  readonly preventedFrom: Level;
  /** What happens, for the title. */
  readonly outcome: Expected;
  readonly steps: readonly Step[];
  /** Whether it happened, of the answers to the steps that begin so. */
  happened(answersTo: (start: string) => string[]): boolean;
}

const T1 = sessionOf('T1');
const T2 = sessionOf('T2');
const T3 = sessionOf('T3');
const outside = sessionOf(anyone);

/** That the table holds one of `rows` at the end. */
function endsWith(...rows: string[]): Anomaly['happened'] {
  return answersTo => rows.includes(answersTo('anyone reads').at(-1)!);
}

const anomalies: Readonly<Record<string, Anomaly>> = {
  G0: {
    name: 'dirty write',
    preventedFrom: 'READ UNCOMMITTED',
    outcome: byLevel(
      'the second writer waits, then writes both rows',
      'the second writer waits, then fails with 40001',
    ),
    steps: [
      T1.sets(1, 11),
      T2.sets(1, 12, waits),
      T1.sets(2, 21),
      T1.commits(),
      T2.goesOn(byLevel('1 row', conflict)),
      outside.reads({}, '1:11 2:21'),
      T2.sets(2, 22, byLevel('1 row', aborted)),
      T2.commits(byLevel('ok', aborted)),
      outside.reads({}, byLevel('1:12 2:22', '1:11 2:21')),
    ],
    happened: endsWith('1:11 2:22', '1:12 2:21'),
  },

  G1a: {
    name: 'aborted read',
    preventedFrom: 'READ UNCOMMITTED',
    outcome: 'a reader never sees what is rolled back later',
    steps: [
      T1.sets(1, 101),
      T2.reads({id: 1}, '1:10'),
      T2.reads({}, '1:10 2:20'),
      T1.rollsBack(),
      T2.reads({}, '1:10 2:20'),
      T2.commits(),
      outside.reads({}, '1:10 2:20'),
    ],
    happened: answersTo => answersTo('T2 reads').join().includes('1:101'),
  },

  G1b: {
    name: 'intermediate read',
    preventedFrom: 'READ UNCOMMITTED',
    outcome: byLevel(
      'a reader sees the last value, once it is committed',
      'a reader sees no value of a writer that commits later',
    ),
    steps: [
      T1.sets(1, 101),
      T2.reads({id: 1}, '1:10'),
      T2.reads({}, '1:10 2:20'),
      T1.sets(1, 11),
      T2.reads({}, '1:10 2:20'),
      T1.commits(),
      T2.reads({}, byLevel('1:11 2:20', '1:10 2:20')),
      T2.commits(),
      outside.reads({}, '1:11 2:20'),
    ],
    happened: answersTo => answersTo('T2 reads').join().includes('1:101'),
  },

  G1c: {
    name: 'circular information flow',
    preventedFrom: 'READ UNCOMMITTED',
    outcome: unlessSerializable(
      'neither sees what the other has not committed',
      'neither sees what the other writes, and the second fails with 40001',
    ),
    steps: [
      T1.sets(1, 11),
      T2.sets(2, 22),
      T1.reads({id: 2}, '2:20'),
      {...T2.reads({id: 1}, '1:10'), mayFailEarly: true},
      T1.commits(),
      T2.commits(unlessSerializable('ok', conflict)),
      outside.reads({}, unlessSerializable('1:11 2:22', '1:11 2:20')),
    ],
    happened: answersTo =>
      answersTo('T1 reads').includes('2:22') &&
      answersTo('T2 reads').includes('1:11'),
  },

  OTV: {
    name: 'observed transaction vanishes',
    preventedFrom: 'READ UNCOMMITTED',
    outcome: byLevel(
      'a reader sees the first writer whole, then the second whole',
      'a reader sees the first writer whole, and the second fails with 40001',
    ),
    steps: [
      T1.sets(1, 11),
      T1.sets(2, 19),
      T2.sets(1, 12, waits),
      T1.commits(),
      T2.goesOn(byLevel('1 row', conflict)),
      T3.reads({id: 1}, '1:11'),
      T2.sets(2, 18, byLevel('1 row', aborted)),
      T3.reads({id: 2}, '2:19'),
      T2.commits(byLevel('ok', aborted)),
      T3.reads({id: 2}, byLevel('2:18', '2:19')),
      T3.reads({id: 1}, byLevel('1:12', '1:11')),
      T3.commits(),
      outside.reads({}, byLevel('1:12 2:18', '1:11 2:19')),
    ],
    // While only T1 has committed, T3 must see all of T1 and none of T2.
    happened: answersTo =>
      answersTo('T3 reads').slice(0, 2).join() !== '1:11,2:19',
  },

  PMP: {
    name: 'predicate-many-preceders',
    preventedFrom: 'REPEATABLE READ',
    outcome: byLevel(
      'the second of two equal reads finds the row inserted in between',
      'the second of two equal reads finds what the first did',
    ),
    steps: [
      T1.reads({v: 30}, 'no rows'),
      T2.inserts(3, 30),
      T2.commits(),
      T1.reads({v: 30}, byLevel('3:30', 'no rows')),
      T1.commits(),
      outside.reads({}, '1:10 2:20 3:30'),
    ],
    happened: answersTo => answersTo('T1 reads').includes('3:30'),
  },

  PMPw: {
    name: 'predicate-many-preceders for a write predicate',
    preventedFrom: 'REPEATABLE READ',
    outcome: byLevel(
      'a delete of v = 20 waits, then misses the row that has come to it',
      'a delete of v = 20 waits, then fails with 40001',
    ),
    steps: [
      T1.sets(2, 30),
      T1.sets(1, 20),
      T2.deletes({v: 20}, waits),
      T1.commits(),
      T2.goesOn(byLevel('0 rows', conflict)),
      T2.commits(byLevel('ok', aborted)),
      outside.reads({}, '1:20 2:30'),
    ],
    happened: answersTo => answersTo('T2 goes on').includes('0 rows'),
  },

  P4: {
    name: 'lost update',
    preventedFrom: 'REPEATABLE READ',
    outcome: byLevel(
      'the second updater waits, then overwrites what it has not read',
      'the second updater fails with 40001',
    ),
    steps: [
      T1.reads({id: 1}, '1:10'),
      T2.reads({id: 1}, '1:10'),
      T1.sets(1, 11),
      T2.sets(1, 15, waits),
      T1.commits(),
      T2.goesOn(byLevel('1 row', conflict)),
      T2.commits(byLevel('ok', aborted)),
      outside.reads({}, byLevel('1:15 2:20', '1:11 2:20')),
    ],
    happened: endsWith('1:15 2:20'),
  },

  'G-single': {
    name: 'read skew',
    preventedFrom: 'REPEATABLE READ',
    outcome: byLevel(
      'a reader sees one row before and one after a commit',
      'a reader sees both rows as they were before a commit',
    ),
    steps: [
      T1.reads({id: 1}, '1:10'),
      T2.reads({}, '1:10 2:20'),
      T2.sets(1, 12),
      T2.sets(2, 18),
      T2.commits(),
      T1.reads({id: 2}, byLevel('2:18', '2:20')),
      T1.commits(),
      outside.reads({}, '1:12 2:18'),
    ],
    happened: answersTo => answersTo('T1 reads').join() === '1:10,2:18',
  },

  'G-single-w': {
    name: 'read skew for a write predicate',
    preventedFrom: 'REPEATABLE READ',
    outcome: byLevel(
      'a delete of v = 20 misses the row that a commit has changed',
      'a delete of v = 20, which a commit has changed, fails with 40001',
    ),
    steps: [
      T1.reads({id: 1}, '1:10'),
      T2.reads({}, '1:10 2:20'),
      T2.sets(1, 12),
      T2.sets(2, 18),
      T2.commits(),
      T1.deletes({v: 20}, byLevel('0 rows', conflict)),
      T1.reads({id: 2}, byLevel('2:18', aborted)),
      T1.commits(byLevel('ok', aborted)),
      outside.reads({}, '1:12 2:18'),
    ],
    happened: answersTo => answersTo('T1 deletes').includes('0 rows'),
  },

  'G2-item': {
    name: 'write skew',
    preventedFrom: 'SERIALIZABLE',
    outcome: unlessSerializable(
      'both commit, though each has read what the other changes',
      'the second to commit fails with 40001',
    ),
    steps: [
      T1.reads({id: {inq: [1, 2]}}, '1:10 2:20'),
      T2.reads({id: {inq: [1, 2]}}, '1:10 2:20'),
      T1.sets(1, 11),
      T2.sets(2, 21),
      T1.commits(),
      T2.commits(unlessSerializable('ok', conflict)),
      outside.reads({}, unlessSerializable('1:11 2:21', '1:11 2:20')),
    ],
    happened: endsWith('1:11 2:21'),
  },

  G2: {
    name: 'anti-dependency cycle',
    preventedFrom: 'SERIALIZABLE',
    outcome: unlessSerializable(
      'both commit, though each inserts what the other has looked for',
      'the second to commit fails with 40001',
    ),
    steps: [
      T1.reads({v: {gte: 30}}, 'no rows'),
      T2.reads({v: {gte: 30}}, 'no rows'),
      T1.inserts(3, 30),
      T2.inserts(4, 42),
      T1.commits(),
      T2.commits(unlessSerializable('ok', conflict)),
      outside.reads(
        {},
        unlessSerializable('1:10 2:20 3:30 4:42', '1:10 2:20 3:30'),
      ),
    ],
    happened: endsWith('1:10 2:20 3:30 4:42'),
  },

  'G2 with two edges': {
    name: 'the anomaly of Fekete, which needs a reader',
    preventedFrom: 'SERIALIZABLE',
    outcome: unlessSerializable(
      'a reader sees an order that the writers do not have',
      'the writer that would come before what T3 has read fails with 40001',
    ),
    steps: [
      T1.reads({}, '1:10 2:20'),
      T2.sets(2, 25),
      T2.commits(),
      T3.reads({}, '1:10 2:25'),
      T3.commits(),
      T1.sets(1, 0, unlessSerializable('1 row', conflict)),
      T1.commits(unlessSerializable('ok', aborted)),
      outside.reads({}, unlessSerializable('1:0 2:25', '1:10 2:25')),
    ],
    happened: endsWith('1:0 2:25'),
  },
};

describe('of the anomalies of Hermitage', () => {
  for (const [id, anomaly] of Object.entries(anomalies)) {
    for (const level of levels) {
      const {preventedFrom, name, outcome, steps} = anomaly;
      const isPrevented =
        levels.indexOf(level) >= levels.indexOf(preventedFrom);
      const verb = isPrevented ? 'prevents' : 'allows';
      const title = `${level} ${verb} ${id}, ${name}: ${at(level, outcome)}`;

      it(`${title} (as PostgreSQL)`, async () => {
        const answers = await play(steps, level);
        assert.deepEqual(
          transcript(steps, withConflictAtCommit(steps, answers, level)),
          transcript(
            steps,
            steps.map(step => at(level, step.expected)),
          ),
        );
      });
    }
  }

  it('each level prevents those that PostgreSQL prevents', async () => {
    const postgresql = {
      G0: ['prevented', 'prevented', 'prevented', 'prevented'],
      G1a: ['prevented', 'prevented', 'prevented', 'prevented'],
      G1b: ['prevented', 'prevented', 'prevented', 'prevented'],
      G1c: ['prevented', 'prevented', 'prevented', 'prevented'],
      OTV: ['prevented', 'prevented', 'prevented', 'prevented'],
      PMP: ['allowed', 'allowed', 'prevented', 'prevented'],
      P4: ['allowed', 'allowed', 'prevented', 'prevented'],
      'G-single': ['allowed', 'allowed', 'prevented', 'prevented'],
      'G2-item': ['allowed', 'allowed', 'allowed', 'prevented'],
      G2: ['allowed', 'allowed', 'allowed', 'prevented'],
    };
    const ours: Record<string, string[]> = {};
    for (const id of Object.keys(postgresql)) {
      ours[id] = [];
      for (const level of levels) {
        ours[id].push(await verdict(anomalies[id]!, level));
      }
    }
    assert.deepEqual(ours, postgresql);
  });
});

/** Whether an anomaly happens at a level, by what it says itself. */
async function verdict(anomaly: Anomaly, level: Level): Promise<string> {
  const answers = await play(anomaly.steps, level);
  const hasHappened = anomaly.happened(start =>
    answers.filter((_, i) => anomaly.steps[i]!.text.startsWith(start)),
  );
  return hasHappened ? 'allowed' : 'prevented';
}

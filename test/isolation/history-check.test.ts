import assert from 'node:assert/strict';
import type {
  Abort,
  History,
  Level,
  Outcome,
  Statement,
} from '../support/isolation/history';
import {
  findAnomalies,
  requireIsolation,
} from '../support/isolation/history-check';
import type {Row, Step, Where} from '../support/isolation/naive-rows';

/** A row of group 1 with no code, unless said otherwise. */
function row(id: number, value: number, more: Partial<Row> = {}): Row {
  return {id, group: 1, code: null, value, ...more};
}

const one = row(1, 1);
const two = row(2, 2);

const find = (where: Where): Step => ({kind: 'find', where});
const findById = (id: number): Step => ({kind: 'findById', id});
const count = (where: Where): Step => ({kind: 'count', where});
const create = (row: Row): Step => ({kind: 'create', row});
const destroy = (where: Where): Step => ({kind: 'destroy', where});

function update(id: number, value: number, more: Partial<Row> = {}): Step {
  return {kind: 'update', where: {id}, change: {value, ...more}};
}

/** A history that is written down one event after another. */
class Script {
  private time = 0;
  private readonly statements = new Map<string, Statement[]>();
  private readonly transactions: History['transactions'][number][] = [];

  constructor(private readonly initial: readonly Row[]) {}

  /** A statement that is done at once. */
  step(name: string, step: Step, answer: readonly Row[] | number): this {
    return this.begin(name, step)({answer});
  }

  /** A statement that fails at once. */
  fail(name: string, step: Step, error: Abort | 'DUPLICATE_KEY'): this {
    return this.begin(name, step)({error});
  }

  /** A statement that waits until the outcome is given. */
  begin(name: string, step: Step): (outcome: Outcome) => this {
    const from = ++this.time;
    return outcome => {
      const statements = this.statements.get(name) ?? [];
      statements.push({step, outcome, from, to: ++this.time});
      this.statements.set(name, statements);
      return this;
    };
  }

  commit(name: string): this {
    return this.end(name, 'commit');
  }

  rollback(name: string): this {
    return this.end(name, 'rollback');
  }

  private end(name: string, kind: 'commit' | 'rollback'): this {
    const end = {kind, from: ++this.time, to: ++this.time};
    const statements = this.statements.get(name) ?? [];
    this.transactions.push({name, statements, end});
    return this;
  }

  /** The history at a level with these rows at last. */
  leaves(level: Level, ...final: Row[]): History {
    const {initial, transactions} = this;
    const committed = transactions.filter(({end}) => end.kind === 'commit');
    return {level, initial, transactions, committed, final};
  }
}

function accept(history: History): void {
  assert.deepEqual(findAnomalies(history), []);
}

function reject(history: History, anomaly: RegExp): void {
  assert.match(findAnomalies(history).join('\n'), anomaly);
}

describe('the checker of histories', () => {
  describe('at SERIALIZABLE', () => {
    it('accepts transactions one after another', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .commit('T1')
        .step('T2', findById(1), [row(1, 101)])
        .step('T2', create(row(2, 102)), 1)
        .commit('T2');
      accept(script.leaves('SERIALIZABLE', row(1, 101), row(2, 102)));
    });

    it('accepts an order that is not the order of the commits', () => {
      const script = new Script([one, two])
        .step('T1', findById(1), [one])
        .step('T2', update(1, 102), 1)
        .commit('T2')
        .step('T1', update(2, 101), 1)
        .commit('T1');
      accept(script.leaves('SERIALIZABLE', row(1, 102), row(2, 101)));
    });

    it('accepts a transaction that an error ended', () => {
      const script = new Script([one])
        .step('T1', findById(1), [one])
        .step('T2', update(1, 102), 1)
        .commit('T2')
        .fail('T1', update(1, 101), 'SERIALIZATION_FAILURE')
        .rollback('T1');
      accept(script.leaves('SERIALIZABLE', row(1, 102)));
    });

    it('rejects write skew', () => {
      reject(writeSkew().leaves('SERIALIZABLE', ...skewed), /No serial order/);
    });

    it('rejects write skew by phantoms', () => {
      const script = new Script([])
        .step('T1', count({group: 1}), 0)
        .step('T2', count({group: 1}), 0)
        .step('T1', create(row(1, 101)), 1)
        .step('T2', create(row(2, 102)), 1)
        .commit('T1')
        .commit('T2');
      const rows = [row(1, 101), row(2, 102)];
      reject(script.leaves('SERIALIZABLE', ...rows), /No serial order/);
      accept(script.leaves('REPEATABLE READ', ...rows));
    });

    it('rejects what only a reader makes visible', () => {
      const script = new Script([one, two])
        .step('T1', find({}), [one, two])
        .step('T2', update(2, 102), 1)
        .commit('T2')
        .step('T3', find({}), [one, row(2, 102)])
        .commit('T3')
        .step('T1', update(1, 101), 1)
        .commit('T1');
      const rows = [row(1, 101), row(2, 102)];
      reject(
        script.leaves('SERIALIZABLE', ...rows),
        /No serial order of T2, T3, T1 /,
      );
      accept(script.leaves('REPEATABLE READ', ...rows));
    });

    it('rejects other rows at last than any order leaves', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .commit('T1');
      reject(script.leaves('SERIALIZABLE', one), /No serial order/);
    });
  });

  describe('at REPEATABLE READ', () => {
    it('accepts write skew', () => {
      accept(writeSkew().leaves('REPEATABLE READ', ...skewed));
    });

    it('rejects a lost update', () => {
      reject(
        lostUpdate().leaves('REPEATABLE READ', row(1, 102)),
        /Lost update: T2 wrote row 1/,
      );
    });

    it('rejects a lost update by a write whose rows no read tells', () => {
      const script = new Script([one, two])
        .step('T1', destroy({id: 1}), 1)
        .step('T2', {kind: 'update', where: {}, change: {value: 102}}, 2)
        .commit('T1')
        .commit('T2');
      const rows = [row(1, 102), row(2, 102)];
      reject(script.leaves('REPEATABLE READ', ...rows), /Lost update/);
    });

    it('rejects a phantom in a range', () => {
      const ranges: [Step, Row[] | number, Row[] | number][] = [
        [find({group: {gte: 1}}), [one], [one, row(2, 102)]],
        [count({group: {between: [0, 2]}}), 1, 2],
      ];
      for (const [read, before, after] of ranges) {
        const script = phantom(read, before, after);
        const rows = [one, row(2, 102)];
        reject(
          script.leaves('REPEATABLE READ', ...rows),
          /No snapshot explains T1/,
        );
        accept(script.leaves('READ COMMITTED', ...rows));
      }
    });

    it('rejects a read skew', () => {
      const script = new Script([one, two])
        .step('T1', findById(1), [one])
        .step('T2', update(1, 101), 1)
        .step('T2', update(2, 102), 1)
        .commit('T2')
        .step('T1', findById(2), [row(2, 102)])
        .rollback('T1');
      const rows = [row(1, 101), row(2, 102)];
      reject(
        script.leaves('REPEATABLE READ', ...rows),
        /No snapshot explains T1, findById 2/,
      );
      accept(script.leaves('READ COMMITTED', ...rows));
    });

    it('rejects a snapshot older than the first statement', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .commit('T1')
        .step('T2', findById(1), [one])
        .commit('T2');
      reject(
        script.leaves('REPEATABLE READ', row(1, 101)),
        /it could have been {id 1, group 1, code -, value 101}/,
      );
    });

    it('rejects a transaction that does not see its own write', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .step('T1', findById(1), [one])
        .commit('T1');
      const history = script.leaves('REPEATABLE READ', row(1, 101));
      reject(history, /No snapshot explains T1, findById 1/);
    });

    it('rejects two rows with the same code, and with the same id', () => {
      const second = (id: number, code: number) =>
        new Script([])
          .step('T1', create(row(1, 101, {code: 1})), 1)
          .step('T2', create(row(id, 102, {code})), 1)
          .commit('T1')
          .commit('T2');
      reject(
        second(2, 1).leaves('REPEATABLE READ'),
        /commit of T2 left two rows with the code 1/,
      );
      reject(
        second(1, 2).leaves('REPEATABLE READ'),
        /T2 created a row 1 that another one had created/,
      );
    });
  });

  describe('at READ COMMITTED', () => {
    it('accepts a lost update', () => {
      accept(lostUpdate().leaves('READ COMMITTED', row(1, 102)));
    });

    it('accepts a write that waits and then finds fewer rows', () => {
      const script = new Script([one, two])
        .step('T1', update(1, 101, {group: 2}), 1)
        .step('T1', create(row(3, 102)), 1);
      const answer = script.begin('T2', destroy({group: 1}));
      // Row 1 has left the group; row 3 came too late to be looked for.
      script.commit('T1');
      answer({answer: 1}).commit('T2');
      const left = row(1, 101, {group: 2});
      accept(script.leaves('READ COMMITTED', left, row(3, 102)));
      reject(
        script.leaves('READ COMMITTED', left, two, row(3, 102)),
        /The rows at last must be/,
      );
    });

    it('accepts a write that waits for a row that is created anew', () => {
      for (const written of [0, 1]) {
        const script = new Script([one])
          .step('T1', destroy({id: 1}), 1)
          .step('T1', create(row(1, 101)), 1);
        const answer = script.begin('T2', update(1, 102));
        script.commit('T1');
        answer({answer: written}).commit('T2');
        accept(script.leaves('READ COMMITTED', row(1, 101 + written)));
      }
    });

    it('rejects an aborted read', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .step('T2', findById(1), [row(1, 101)])
        .rollback('T1')
        .commit('T2');
      reject(
        script.leaves('READ COMMITTED', one),
        /T2 saw the value 101 of T1, which never committed: findById 1/,
      );
    });

    it('rejects a dirty read', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .step('T2', findById(1), [row(1, 101)])
        .commit('T1')
        .commit('T2');
      reject(
        script.leaves('READ COMMITTED', row(1, 101)),
        /T2 saw the value 101 before T1 committed it/,
      );
    });

    it('rejects a dirty count', () => {
      const script = new Script([one])
        .step('T1', destroy({id: 1}), 1)
        .step('T2', count({}), 0)
        .commit('T1')
        .commit('T2');
      reject(
        script.leaves('READ COMMITTED'),
        /No snapshot explains T2, count {} -> 0: it could have been 1/,
      );
    });

    it('rejects an intermediate read', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .step('T1', update(1, 102), 1);
      const answer = script.begin('T2', findById(1));
      script.commit('T1');
      answer({answer: [row(1, 101)]}).commit('T2');
      reject(
        script.leaves('READ COMMITTED', row(1, 102)),
        /No snapshot explains T2, findById 1/,
      );
    });

    it('rejects half of a commit', () => {
      const script = new Script([one, two])
        .step('T1', update(1, 101), 1)
        .step('T1', update(2, 102), 1);
      const answer = script.begin('T2', find({}));
      script.commit('T1');
      answer({answer: [row(1, 101), two]}).commit('T2');
      reject(
        script.leaves('READ COMMITTED', row(1, 101), row(2, 102)),
        /No snapshot explains T2, find {}/,
      );
    });

    it('rejects what a rollback left behind', () => {
      const script = new Script([one])
        .step('T1', update(1, 101), 1)
        .rollback('T1');
      reject(
        script.leaves('READ COMMITTED', row(1, 101)),
        /The value 101 of T1 stayed, which rolled back/,
      );
    });

    it('rejects a value that nobody wrote', () => {
      const script = new Script([one])
        .step('T1', findById(1), [row(1, 77)])
        .commit('T1');
      reject(script.leaves('READ COMMITTED', one), /77, which nobody wrote/);
    });
  });

  describe('at any level', () => {
    const levels: Level[] = [
      'READ COMMITTED',
      'REPEATABLE READ',
      'SERIALIZABLE',
    ];

    it('accepts a duplicate key after which the transaction goes on', () => {
      const taken = row(1, 1, {code: 1});
      const script = new Script([taken])
        .fail('T1', create(row(2, 101, {code: 1})), 'DUPLICATE_KEY')
        .fail('T1', create(row(1, 102)), 'DUPLICATE_KEY')
        .step('T1', create(row(2, 103, {code: 2})), 1)
        .commit('T1');
      for (const level of levels) {
        accept(script.leaves(level, taken, row(2, 103, {code: 2})));
      }
    });

    it('accepts a duplicate code among the rows of one write', () => {
      const step: Step = {
        kind: 'update',
        where: {id: {inq: [1, 2]}},
        change: {value: 101, code: 5},
      };
      const script = new Script([one, two])
        .fail('T1', step, 'DUPLICATE_KEY')
        .commit('T1');
      for (const level of levels) accept(script.leaves(level, one, two));
    });

    it('rejects a duplicate of a key that was rolled back before', () => {
      const script = new Script([])
        .step('T1', create(row(1, 101)), 1)
        .rollback('T1')
        .fail('T2', create(row(1, 102)), 'DUPLICATE_KEY')
        .commit('T2');
      for (const level of levels) {
        reject(script.leaves(level), /T2 met a key that nobody had committed/);
      }
    });

    it('shows the anomaly and all steps when it fails', () => {
      const history = writeSkew().leaves('SERIALIZABLE', ...skewed);
      assert.throws(
        () => requireIsolation(history),
        new Error(
          [
            'No serial order of T1, T2 gives these answers and rows.',
            'SERIALIZABLE, each line with its begin and end:',
            '  the rows at first: {id 1, group 1, code -, value 1} {id 2, group 1, code -, value 2}',
            '  1-2 T1 findById 2 -> {id 2, group 1, code -, value 2}',
            '  3-4 T2 findById 1 -> {id 1, group 1, code -, value 1}',
            '  5-6 T1 update {id:1} to {value:101} -> 1',
            '  7-8 T2 update {id:2} to {value:102} -> 1',
            '  9-10 T1 commit',
            '  11-12 T2 commit',
            '  committed in this order: T1, T2',
            '  the rows at last: {id 1, group 1, code -, value 101} {id 2, group 1, code -, value 102}',
          ].join('\n'),
        ),
      );
    });
  });
});

const skewed = [row(1, 101), row(2, 102)];

/** Each reads the row that the other one writes. */
function writeSkew(): Script {
  return new Script([one, two])
    .step('T1', findById(2), [two])
    .step('T2', findById(1), [one])
    .step('T1', update(1, 101), 1)
    .step('T2', update(2, 102), 1)
    .commit('T1')
    .commit('T2');
}

/** Both read a row, then both write it. */
function lostUpdate(): Script {
  return new Script([one])
    .step('T1', findById(1), [one])
    .step('T2', findById(1), [one])
    .step('T1', update(1, 101), 1)
    .commit('T1')
    .step('T2', update(1, 102), 1)
    .commit('T2');
}

/** Reads twice; in between another one inserts row 2. */
function phantom(
  read: Step,
  before: readonly Row[] | number,
  after: readonly Row[] | number,
): Script {
  return new Script([one])
    .step('T1', read, before)
    .step('T2', create(row(2, 102)), 1)
    .commit('T2')
    .step('T1', read, after)
    .commit('T1');
}

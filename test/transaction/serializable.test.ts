import assert from 'node:assert/strict';
import {runAtOnce} from '../../lib/base/slices';
import {type SerialNode, SerialOrder} from '../../lib/transaction/serializable';
import {WriteSet} from '../../lib/transaction/write-set';
import type {Version} from '../../lib/store/version';
import type {Row} from '../../lib/value/copy';
import {schemaOf} from '../support/schema/example';
import {versionWith} from '../support/store/example';

const [x, y, z] = [1, 2, 3] as const;
const start = versionWith(
  schemaOf(),
  [x, y, z].map(id => ({id, name: 'old'})),
);

const idOf = (row: Row): unknown => row['id'];

/** A serializable transaction as the order sees it: it reads, writes, ends. */
class Actor {
  private readonly writeSet = new WriteSet();
  private readonly node: SerialNode;

  constructor(
    private readonly order: SerialOrder,
    private readonly version: Version = start,
  ) {
    this.node = order.begin(() => this.writeSet);
  }

  get isDoomed(): boolean {
    return this.node.isDoomed;
  }

  /** Reads the row with an id, which need not be there. */
  reads(id: number, table = 'City'): void {
    this.order.read(this.node, table, row => row['id'] === id);
  }

  writes(id: number): void {
    const row: Row = {id, name: 'new'};
    runAtOnce(
      this.order.write(this.node, 'City', [{id, name: 'old'}, row], idOf),
    );
    runAtOnce(
      this.writeSet.note(this.version, 'City', [{kind: 'update', id, row}]),
    );
  }

  inserts(id: number): void {
    const row: Row = {id, name: 'new'};
    runAtOnce(this.order.write(this.node, 'City', [row], idOf));
    runAtOnce(
      this.writeSet.note(this.version, 'City', [{kind: 'insert', row}]),
    );
  }

  commits(): void {
    this.order.commit(this.node);
  }

  rollsBack(): void {
    this.order.abort(this.node);
  }
}

/** As many transactions with one snapshot. */
function actorsIn(order: SerialOrder, count: number): Actor[] {
  return Array.from({length: count}, () => new Actor(order));
}

const conflict = {code: 'SERIALIZATION_FAILURE', sqlState: '40001'};

/** Checks that a step fails; the transaction is then rolled back, as always. */
function assertFails(actor: Actor, step: () => void): void {
  assert.throws(step, conflict);
  actor.rollsBack();
}

describe('serializable transactions', () => {
  let order: SerialOrder;

  beforeEach(() => {
    order = new SerialOrder();
  });

  afterEach(() => {
    assert.equal(order.size, 0, 'all are forgotten when all have ended');
  });

  describe('of which one reads what the other overwrites', () => {
    it('are in order when the reader commits first', () => {
      const [reader, writer] = actorsIn(order, 2);
      reader!.reads(x);
      writer!.writes(x);
      reader!.commits();
      writer!.commits();
    });

    it('are in order when the writer commits first', () => {
      const [reader, writer] = actorsIn(order, 2);
      writer!.writes(x);
      writer!.commits();
      reader!.reads(x);
      reader!.writes(y);
      reader!.commits();
    });
  });

  describe('of which each reads what the other overwrites', () => {
    it('let the first commit, and doom the second', () => {
      const [one, two] = actorsIn(order, 2);
      one!.reads(x);
      two!.reads(y);
      one!.writes(y);
      two!.writes(x);
      one!.commits();
      assert.equal(two!.isDoomed, true);
      assertFails(two!, () => two!.commits());
    });

    it('abort the second as it reads when the first has committed', () => {
      const [one, two] = actorsIn(order, 2);
      one!.reads(x);
      one!.writes(y);
      two!.writes(x);
      one!.commits();
      assertFails(two!, () => two!.reads(y));
    });

    it('abort the second as it writes when the first has committed', () => {
      const [one, two] = actorsIn(order, 2);
      one!.reads(x);
      one!.writes(y);
      two!.reads(y);
      one!.commits();
      assertFails(two!, () => two!.writes(x));
    });

    it('let the second commit when the first is rolled back', () => {
      const [one, two] = actorsIn(order, 2);
      one!.reads(x);
      two!.reads(y);
      one!.writes(y);
      two!.writes(x);
      one!.rollsBack();
      two!.commits();
    });

    it('notice rows that come into being where the other has looked', () => {
      const [one, two] = actorsIn(order, 2);
      one!.reads(8);
      two!.reads(9);
      one!.inserts(9);
      two!.inserts(8);
      one!.commits();
      assertFails(two!, () => two!.commits());
    });

    it('are in order when they run one after the other', () => {
      const [one] = actorsIn(order, 1);
      one!.reads(x);
      one!.writes(y);
      one!.commits();
      const [two] = actorsIn(order, 1);
      two!.reads(y);
      two!.writes(x);
      two!.commits();
    });

    it('do not mix up tables', () => {
      const [one, two] = actorsIn(order, 2);
      one!.reads(x, 'Country');
      two!.reads(y, 'Country');
      one!.writes(y);
      two!.writes(x);
      one!.commits();
      two!.commits();
    });
  });

  describe('in a row of three, each reading what the next overwrites', () => {
    /** First reads x, pivot writes x and reads y, last writes y. */
    function threeInARow(): [first: Actor, pivot: Actor, last: Actor] {
      const [first, pivot, last] = actorsIn(order, 3);
      first!.reads(x);
      first!.writes(z);
      pivot!.writes(x);
      pivot!.reads(y);
      last!.writes(y);
      return [first!, pivot!, last!];
    }

    it('doom the one in the middle when the last commits first', () => {
      const [first, pivot, last] = threeInARow();
      last.commits();
      assert.deepEqual(
        [first, pivot].map(({isDoomed}) => isDoomed),
        [false, true],
      );
      first.commits();
      assertFails(pivot, () => pivot.commits());
    });

    for (const [i, who] of ['first', 'one in the middle'].entries()) {
      it(`are in order when the ${who} commits first`, () => {
        const row = threeInARow();
        const [first] = row.splice(i, 1);
        first!.commits();
        for (const other of row.toReversed()) other.commits();
      });
    }

    it('let the one in the middle fail itself when it closes the row', () => {
      const [first, pivot, last] = actorsIn(order, 3);
      first!.reads(x);
      first!.writes(z);
      pivot!.reads(y);
      last!.writes(y);
      last!.commits();
      assertFails(pivot!, () => pivot!.writes(x));
      first!.commits();
    });

    it('doom the one in the middle when the first closes the row', () => {
      const [first, pivot, last] = actorsIn(order, 3);
      pivot!.writes(x);
      pivot!.reads(y);
      last!.writes(y);
      last!.commits();
      first!.reads(x);
      assert.equal(pivot!.isDoomed, true);
      first!.commits();
      assertFails(pivot!, () => pivot!.commits());
    });

    it('abort the first when the one in the middle has committed', () => {
      const [first, pivot, last] = actorsIn(order, 3);
      pivot!.writes(x);
      pivot!.reads(y);
      last!.writes(y);
      last!.commits();
      pivot!.commits();
      assertFails(first!, () => first!.reads(x));
    });

    it('abort a first that began after the last, when the one in the middle has committed', () => {
      const [pivot, last] = actorsIn(order, 2);
      pivot!.reads(y);
      last!.writes(y);
      last!.commits();
      const [first] = actorsIn(order, 1);
      first!.reads(y);
      pivot!.writes(x);
      pivot!.commits();
      assertFails(first!, () => first!.reads(x));
    });

    it('are in order when the first began after the one in the middle ended', () => {
      const [pivot, last, other] = actorsIn(order, 3);
      pivot!.reads(y);
      pivot!.writes(x);
      last!.writes(y);
      last!.commits();
      pivot!.commits();
      const [first] = actorsIn(order, 1);
      first!.reads(x);
      first!.writes(z);
      first!.commits();
      other!.commits();
    });
  });

  describe('whose first in a row of three has only read', () => {
    it('are in order when it began before the last committed', () => {
      const [first, pivot, last] = actorsIn(order, 3);
      pivot!.reads(y);
      last!.writes(y);
      last!.commits();
      first!.reads(x);
      first!.reads(y);
      first!.commits();
      pivot!.writes(x);
      pivot!.commits();
    });

    it('abort the one in the middle when it began after the last committed', () => {
      const [pivot, last] = actorsIn(order, 2);
      pivot!.reads(y);
      last!.writes(y);
      last!.commits();
      const [first] = actorsIn(order, 1);
      first!.reads(x);
      first!.reads(y);
      first!.commits();
      assertFails(pivot!, () => pivot!.writes(x));
    });
  });

  describe('that must not commit', () => {
    it('are told so at every further step', () => {
      const [one, two] = actorsIn(order, 2);
      one!.reads(x);
      two!.reads(y);
      one!.writes(y);
      two!.writes(x);
      one!.commits();
      assert.throws(() => order.requireSafe(two!['node']), conflict);
      assert.throws(() => two!.commits(), {
        ...conflict,
        message:
          'The transaction cannot be put in one order with others that ran ' +
          'at the same time, of which one reads and another one writes a ' +
          'row of City; run it again.',
      });
      two!.rollsBack();
    });
  });

  describe('that have ended', () => {
    it('are kept in mind while one runs that began before they committed', () => {
      const [running, ended] = actorsIn(order, 2);
      ended!.commits();
      assert.equal(order.size, 2);
      running!.commits();
    });

    it('are forgotten when all that run began after they committed', () => {
      const [old] = actorsIn(order, 1);
      const [first, second] = actorsIn(order, 2);
      first!.commits();
      second!.commits();
      const [young] = actorsIn(order, 1);
      assert.equal(order.size, 4);
      old!.commits();
      assert.equal(order.size, 2, 'the running one, and whom it ran beside');
      young!.rollsBack();
    });

    it('are forgotten at once when they were rolled back', () => {
      const [running, ended] = actorsIn(order, 2);
      ended!.rollsBack();
      assert.equal(order.size, 1);
      running!.rollsBack();
    });

    it('do not pile up while others overlap without end', () => {
      let [running] = actorsIn(order, 1);
      for (let i = 0; i < 100; i++) {
        const [next] = actorsIn(order, 1);
        running!.reads(x);
        running!.commits();
        running = next;
        assert.ok(order.size <= 2, `${order.size} nodes after ${i + 1}`);
      }
      running!.commits();
    });
  });
});

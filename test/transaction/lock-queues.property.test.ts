import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type {LockUse} from '../../lib/transaction/lock-queue';
import type {Transaction} from '../../lib/transaction/transaction';
import {tryOftenAsync} from '../support/random';
import {LockWaits} from '../support/transaction/lock-waits';
import {looseTransaction} from '../support/transaction/session';
import {allGoesOn} from '../support/waits';

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      by: fc.nat(5),
      id: fc.nat(1),
      use: fc.constantFrom<LockUse>('share', 'change', 'remove', 'look'),
      isAlone: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      by: fc.nat(5),
      end: fc.constantFrom('committed' as const, 'rolled back' as const),
      isAlone: fc.boolean(),
    }),
  },
);

/** What a transaction has, or waits for. */
interface Use {
  readonly id: number;
  readonly use: LockUse;
}

/** A transaction and what it is known to have. */
class Client {
  transaction: Transaction;
  has: Use[] = [];
  wants: Use | undefined;
  /** Its place in the queue: the smaller is before the greater. */
  line = 0;

  /** Every other one has a snapshot, and tries again after each commit. */
  constructor(private readonly number: number) {
    this.transaction = this.begin();
  }

  begin(): Transaction {
    return looseTransaction(
      this.number % 2 === 0 ? 'READ COMMITTED' : 'REPEATABLE READ',
    );
  }
}

function areInConflict(a: LockUse, b: LockUse): boolean {
  const inTheWay: Record<LockUse, string> = {
    share: 'remove',
    change: 'change remove look',
    remove: 'share change remove look',
    look: 'change remove',
  };
  return inTheWay[a].split(' ').includes(b);
}

/** Runs the steps; after each all must wait who have to, and nobody else. */
async function play(
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
) {
  const rows = new LockWaits();
  const clients = Array.from({length: 6}, (_, number) => new Client(number));
  for (const each of steps) {
    const client = clients[each.by]!;
    if ('end' in each) end(rows, client, each.end);
    else if (client.wants === undefined) {
      client.line = lineFor(client, each.id, clients);
      use(rows, client, each);
    }
    // Else the next step comes before those go on who were told to.
    if (!each.isAlone) continue;
    await allGoesOn();
    requireRightWaits(clients);
  }
  await allGoesOn();
  requireRightWaits(clients);
  for (const client of clients) {
    end(rows, client, 'rolled back');
    await allGoesOn();
  }
  assert.ok(rows.locks.isEmpty, 'all was given back');
}

function use(rows: LockWaits, client: Client, {id, use: how}: Use): void {
  const {transaction} = client;
  client.wants = {id, use: how};
  void rows.use(transaction, id, how).then(
    () => {
      if (client.transaction !== transaction) return;
      client.wants = undefined;
      if (how !== 'look') client.has.push({id, use: how});
    },
    (error: {code?: string}) => {
      if (client.transaction !== transaction) return;
      assert.equal(error.code, 'DEADLOCK');
      end(rows, client, 'rolled back');
    },
  );
}

function end(
  rows: LockWaits,
  client: Client,
  how: 'committed' | 'rolled back',
): void {
  const {transaction} = client;
  client.transaction = client.begin();
  client.has = [];
  client.wants = undefined;
  rows.end([transaction], how);
}

/** Holders are in no conflict, who waits has a reason, and there is no ring. */
function requireRightWaits(clients: readonly Client[]): void {
  for (const client of clients) {
    for (const own of client.has) {
      const others = holdersAgainst(client, own, clients);
      assert.deepEqual(others, [], `${own.use} of ${own.id} is kept by two`);
    }
    if (client.wants === undefined) continue;
    assert.ok(reasons(client, clients).length > 0, 'it waits for nobody');
    const waitedFor = new Set(reasons(client, clients));
    for (const each of waitedFor) {
      for (const next of reasons(each, clients)) waitedFor.add(next);
    }
    assert.ok(!waitedFor.has(client), 'a ring goes on waiting');
  }
}

/** The others who have what is in conflict with a use. */
function holdersAgainst(
  client: Client,
  wanted: Use,
  clients: readonly Client[],
): Client[] {
  return clients.filter(
    other =>
      other !== client &&
      other.has.some(
        ({id, use}) => id === wanted.id && areInConflict(wanted.use, use),
      ),
  );
}

/** For whom one waits: who has what it wants, or is before it in the queue. */
function reasons(client: Client, clients: readonly Client[]): Client[] {
  const {wants} = client;
  if (wants === undefined) return [];
  const holders = holdersAgainst(client, wants, clients);
  if (wants.use === 'look') return holders;
  const isBefore = ({line, wants: other}: Client) =>
    other?.id === wants.id &&
    other.use !== 'look' &&
    areInConflict(wants.use, other.use) &&
    line < client.line;
  return [...holders, ...clients.filter(isBefore)];
}

/** Where one stands who comes now: behind all, but before those who wait for it. */
function lineFor(
  client: Client,
  id: number,
  clients: readonly Client[],
): number {
  const queue = clients.filter(
    ({wants}) => wants?.id === id && wants.use !== 'look',
  );
  const waitsForIt = (other: Client) =>
    holdersAgainst(other, other.wants!, clients).includes(client);
  const linesOf = (some: readonly Client[]) => some.map(({line}) => line);
  const next = Math.min(...linesOf(queue.filter(waitsForIt)));
  const last = Math.max(0, ...linesOf(queue).filter(line => line < next));
  return next === Infinity ? last + 1 : (last + next) / 2;
}

describe('queues of those who wait for rows', () => {
  it('let all go on who can, nobody else, and leave no ring', async function () {
    this.timeout(60_000);
    await tryOftenAsync(
      fc.asyncProperty(fc.array(step, {maxLength: 30}), play),
    );
  });
});

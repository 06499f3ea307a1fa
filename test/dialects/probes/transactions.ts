import {type Place, probes} from '../../support/dialects/probe';

/** A table with two rows. */
async function table(place: Place): Promise<any> {
  const M = await place.table({
    n: {type: String, length: 40, index: {unique: true}},
    v: Number,
  });
  await M.create({n: 'a', v: 1});
  await M.create({n: 'b', v: 2});
  return M;
}

const shown = async (M: any, options?: object) =>
  (await M.find({order: 'n'}, options)).map(({n, v}: any) => `${n}${v}`).join();

/** A schedule of two transactions of a level, statement by statement. */
const schedule =
  (
    level: string,
    run: (
      M: any,
      first: any,
      second: any,
    ) => Readonly<Record<string, () => unknown>>,
  ) =>
  async (place: Place) => {
    const M = await table(place);
    const begin = () => M.beginTransaction({isolationLevel: level});
    const [one, two] = [await begin(), await begin()];
    const steps = run(M, {transaction: one}, {transaction: two});
    for (const [name, step] of Object.entries(steps)) {
      await place.start(name, step);
    }
    await place.settle();
    await place.step('at last', () => shown(M));
  };

const dirtyRead = (level: string) =>
  schedule(level, (M, first, second) => ({
    write: () => M.updateAll({n: 'a'}, {v: 10}, first),
    read: () => shown(M, second),
    rollback: () => first.transaction.rollback(),
    'read again': () => shown(M, second),
    end: () => second.transaction.rollback(),
  }));
const repeatedRead = (level: string) =>
  schedule(level, (M, first, second) => ({
    read: () => shown(M, second),
    write: () => M.updateAll({n: 'a'}, {v: 10}, first),
    commit: () => first.transaction.commit(),
    'read again': () => shown(M, second),
    end: () => second.transaction.rollback(),
  }));
const lostUpdate = (level: string) =>
  schedule(level, (M, first, second) => ({
    read: () => shown(M, first),
    'read too': () => shown(M, second),
    write: () => M.updateAll({n: 'a'}, {v: 10}, first),
    'write too': () => M.updateAll({n: 'a'}, {v: 20}, second),
    commit: () => first.transaction.commit(),
    'commit too': () => second.transaction.commit(),
  }));
const writeSkew = (level: string) =>
  schedule(level, (M, first, second) => ({
    read: () => shown(M, first),
    'read too': () => shown(M, second),
    write: () => M.updateAll({n: 'a'}, {v: 0}, first),
    'write too': () => M.updateAll({n: 'b'}, {v: 0}, second),
    commit: () => first.transaction.commit(),
    'commit too': () => second.transaction.commit(),
  }));

export const transactions = probes('transactions', {
  'commit and rollback': async place => {
    const M = await table(place);
    const kept = await M.beginTransaction({});
    await place.step('created', () =>
      M.create({n: 'c', v: 3}, {transaction: kept}),
    );
    await place.step('outside', () => shown(M));
    await place.step('inside', () => shown(M, {transaction: kept}));
    await place.step('commit', () => kept.commit());
    await place.step('after', () => shown(M));
    const undone = await M.beginTransaction({});
    await place.step('deleted', () => M.destroyAll({}, {transaction: undone}));
    await place.step('rollback', () => undone.rollback());
    await place.step('after that', () => shown(M));
  },
  'a statement that fails': async place => {
    const M = await table(place);
    const transaction = await M.beginTransaction({});
    const inside = {transaction};
    await place.step('first', () => M.create({n: 'c'}, inside));
    await place.step('fails', () => M.create({n: 'a'}, inside));
    await place.step('next', () => M.create({n: 'd'}, inside));
    await place.step('read', () => M.count({}, inside));
    await place.step('commit', () => transaction.commit());
    await place.step('rows', () => shown(M));
  },
  'a filter that cannot be': async place => {
    const M = await table(place);
    const transaction = await M.beginTransaction({});
    await place.step('fails', () => M.find({order: 'tpyo'}, {transaction}));
    await place.step('next', () => M.count({}, {transaction}));
    await place.step('rollback', () => transaction.rollback());
    await place.step('after', () => M.count());
  },
  'after its end': async place => {
    const M = await table(place);
    const transaction = await M.beginTransaction({});
    await place.step('commit', () => transaction.commit());
    await place.step('active', () => transaction.isActive());
    await place.step('find', () => M.find({}, {transaction}));
    await place.step('create', () => M.create({n: 'z'}, {transaction}));
    await place.step('rows', () => shown(M));
  },
  'a number that a rollback has taken': async place => {
    const M = await table(place);
    const transaction = await M.beginTransaction({});
    await place.step('inside', () => M.create({n: 'x'}, {transaction}));
    await place.step('rollback', () => transaction.rollback());
    await place.step('next', () => M.create({n: 'y'}));
  },
  'a unique key that another one writes': async place => {
    const M = await table(place);
    const transaction = await M.beginTransaction({});
    await place.step('inside', () => M.create({n: 'k'}, {transaction}));
    const waiting = M.create({n: 'k'});
    waiting.catch(() => undefined);
    await place.step('commit', () => transaction.commit());
    await place.step('outside', () => waiting);
  },
  'a level that there is not': async place => {
    const M = await table(place);
    await place.step('begin', () =>
      M.beginTransaction({isolationLevel: 'SNAPSHOT'}),
    );
  },
});

const levels = ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'];

export const isolation = probes(
  'isolation',
  Object.fromEntries(
    levels.flatMap(level => [
      [`dirty read, ${level}`, dirtyRead(level)],
      [`repeated read, ${level}`, repeatedRead(level)],
      [`lost update, ${level}`, lostUpdate(level)],
      [`write skew, ${level}`, writeSkew(level)],
    ]),
  ),
);

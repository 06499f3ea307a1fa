import {Database} from '../../../lib/database/database';
import {
  deleteWhere,
  insert,
  updateWhere,
  upsert,
} from '../../../lib/database/statements';
import {schemaOf} from '../schema/example';
import {accountsOf, type LaneStore, type Order} from './lanes';

/** Opens the files of an order; `begins` is called just before. */
export function openLanes(
  order: Order,
  begins: () => void,
): Promise<LaneStore> {
  return order.through === 'connector'
    ? throughConnector(order, begins)
    : throughDatabase(order, begins);
}

async function throughDatabase(
  order: Order,
  begins: () => void,
): Promise<LaneStore> {
  const {file, fsync, idleMs, commitsCheckpoint: checkpointsCommits} = order;
  const database = new Database(undefined, true);
  // As the connector has it, or a migration would drop columns.
  const columns = {
    lane: 'number',
    step: 'number',
    touched: 'number',
    mark: order.marks,
    id: 'number',
  } as const;
  database.declare('Log', schemaOf({name: 'Log', columns}));
  const ids = {columns: {id: 'number'}, idGeneration: 'none'} as const;
  database.declare('Account', schemaOf({name: 'Account', ...ids}));
  begins();
  await database.openFiles(file, {
    fsync,
    lockTimeoutMs: 5000,
    checkpointsCommits,
    idleMs,
    isReadOnly: false,
    report: () => undefined,
  });
  await database.migrate(['Log']);
  const {transactions} = database;
  return {
    async insert(lane, step) {
      const [row] = await database.write(to =>
        insert(to, 'Log', [{lane, step, mark: step}]),
      );
      return row!['id'] as number;
    },
    async touch(lane, step, touched) {
      await database.write(to =>
        updateWhere(to, 'Log', {lane, step}, {touched}),
      );
    },
    async remove(lane, step) {
      await database.write(to => deleteWhere(to, 'Log', {lane, step}));
    },
    async transfer(lane, step) {
      const transaction = transactions.begin('READ COMMITTED');
      const options = {transaction};
      for (const id of accountsOf(lane)) {
        await database.write(
          to => upsert(to, 'Account', {id, step}, 'replace'),
          options,
        );
      }
      const [row] = await database.write(
        to => insert(to, 'Log', [{lane, step, mark: step}]),
        options,
      );
      const former = {lane, step: step - 4};
      await database.write(to => deleteWhere(to, 'Log', former), options);
      await transactions.commit(transaction);
      return row!['id'] as number;
    },
    checkpoint: () => database.checkpoint(),
  };
}

async function throughConnector(
  order: Order,
  begins: () => void,
): Promise<LaneStore> {
  const {file, fsync, idleMs, commitsCheckpoint} = order;
  // Only here: loading it takes longer than all else.
  const {DataSource} = await import('loopback-datasource-juggler');
  begins();
  const dataSource: any = new DataSource({
    connector: require('../../../index'),
    file,
    fsync,
    lockTimeoutMs: 5000,
    checkpoint: commitsCheckpoint ? 'commit' : {idleMs},
  });
  const Log = dataSource.define('Log', {
    lane: Number,
    step: Number,
    touched: Number,
    mark: order.marks === 'number' ? Number : String,
  });
  const Account = dataSource.define('Account', {
    id: {type: Number, id: true},
    step: Number,
  });
  await dataSource.connect();
  await dataSource.autoupdate();
  return {
    insert: async (lane, step) =>
      (await Log.create({lane, step, mark: step})).id,
    async touch(lane, step, touched) {
      await Log.updateAll({lane, step}, {touched});
    },
    async remove(lane, step) {
      await Log.destroyAll({lane, step});
    },
    async transfer(lane, step) {
      const transaction = await Log.beginTransaction({});
      const options = {transaction};
      for (const id of accountsOf(lane)) {
        await Account.replaceOrCreate({id, step}, options);
      }
      const {id} = await Log.create({lane, step, mark: step}, options);
      await Log.destroyAll({lane, step: step - 4}, options);
      await transaction.commit();
      return id;
    },
    checkpoint: async () => undefined,
  };
}

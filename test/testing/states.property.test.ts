import assert from 'node:assert/strict';
import {cpSync, existsSync} from 'node:fs';
import * as fc from 'fast-check';
import {
  diff,
  fork,
  reset,
  restore,
  type Snapshot,
  snapshot,
} from '../../testing';
import {makeDataSource, type Model} from '../support/connector/data-source';
import {useDirectory} from '../support/persistence/directory';
import {tryOftenAsync} from '../support/random';

/** What a datasource should hold: a map that is copied whole. */
class Twin {
  constructor(
    readonly rows = new Map<number, string>(),
    public next = 1,
  ) {}

  copy(): Twin {
    return new Twin(new Map(this.rows), this.next);
  }

  create(name: string): void {
    this.rows.set(this.next++, name);
  }

  rename(from: string, to: string): void {
    for (const [id, name] of this.rows) {
      if (name === from) this.rows.set(id, to);
    }
  }

  get all(): {id: number; name: string}[] {
    const rows = [...this.rows].map(([id, name]) => ({id, name}));
    return rows.sort((a, b) => a.id - b.id);
  }
}

/** A datasource, its twin, and the snapshots that were taken of both. */
interface World {
  readonly dataSource: any;
  readonly Model: Model;
  twin: Twin;
  readonly kept: {readonly snapshot: Snapshot; readonly twin: Twin}[];
}

const properties = {
  id: {type: Number, id: true, generated: true},
  name: {type: String, index: true},
};

const name = fc.constantFrom('a', 'b', 'c', 'ä');

const write = fc.oneof(
  fc.record({kind: fc.constant('create' as const), name}),
  fc.record({kind: fc.constant('rename' as const), name, to: name}),
  fc.record({kind: fc.constant('delete' as const), id: fc.nat({max: 12})}),
  fc.record({kind: fc.constant('clear' as const)}),
);

const step = fc.oneof(
  {weight: 6, arbitrary: write},
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('transaction' as const),
      writes: fc.array(write, {maxLength: 4}),
      end: fc.constantFrom('commit' as const, 'rollback' as const),
      // A state that is taken, or gone back to, before it ends.
      between: fc.constantFrom('nothing', 'snapshot', 'restore', 'fork'),
    }),
  },
  {weight: 2, arbitrary: fc.record({kind: fc.constant('snapshot' as const)})},
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('restore' as const),
      nth: fc.nat(),
    }),
  },
  {weight: 1, arbitrary: fc.record({kind: fc.constant('fork' as const)})},
  {weight: 1, arbitrary: fc.record({kind: fc.constant('reset' as const)})},
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

async function written(
  {Model}: World,
  each: Write,
  twin: Twin,
  options: object = {},
): Promise<void> {
  switch (each.kind) {
    case 'create':
      await Model.create({name: each.name}, options);
      return twin.create(each.name);
    case 'rename':
      await Model.updateAll({name: each.name}, {name: each.to}, options);
      return twin.rename(each.name, each.to);
    case 'delete':
      await Model.destroyAll({id: each.id}, options);
      return void twin.rows.delete(each.id);
    default:
      await Model.destroyAll({}, options);
      return twin.rows.clear();
  }
}

function worldOf(dataSource: any, twin = new Twin()): World {
  const {City} = dataSource.models;
  return {dataSource, Model: City, twin, kept: []};
}

async function play(worlds: World[], steps: readonly [number, Step][]) {
  for (const [nth, each] of steps) {
    const world = worlds[nth % worlds.length]!;
    const {kept} = world;
    if (each.kind === 'transaction') await transact(world, each, worlds);
    else if (each.kind === 'snapshot') keep(world);
    else if (each.kind === 'fork') addFork(world, worlds);
    else if (each.kind === 'reset') {
      await reset(world.dataSource);
      world.twin = new Twin();
    } else if (each.kind !== 'restore') {
      await written(world, each, world.twin);
    } else if (kept.length > 0) {
      const {snapshot: state, twin} = kept[each.nth % kept.length]!;
      await restore(state);
      assert.deepEqual(diff(state, world.dataSource), {});
      world.twin = twin.copy();
    }
    for (const one of worlds) await assertSame(one);
  }
}

function keep({dataSource, kept, twin}: World): void {
  kept.push({snapshot: snapshot(dataSource), twin: twin.copy()});
}

function addFork({dataSource, twin}: World, worlds: World[]): void {
  if (worlds.length < 4) worlds.push(worldOf(fork(dataSource), twin.copy()));
}

async function transact(
  world: World,
  {between, end, writes}: Extract<Step, {kind: 'transaction'}>,
  worlds: World[],
): Promise<void> {
  const {Model, kept, twin} = world;
  const transaction = await Model.beginTransaction({});
  const inside = twin.copy();
  for (const each of writes) {
    await written(world, each, inside, {transaction});
  }
  // Ids are not given back, whatever becomes of the transaction.
  twin.next = inside.next;
  if (between === 'snapshot') keep(world);
  if (between === 'fork') addFork(world, worlds);
  if (between === 'restore' && kept.length > 0) {
    const last = kept.at(-1)!;
    await restore(last.snapshot);
    world.twin = last.twin.copy();
    await assert.rejects(transaction.commit(), {code: 'TRANSACTION_ENDED'});
    return;
  }
  await transaction[end]();
  if (end === 'commit') world.twin = inside;
}

async function assertSame({dataSource, Model, twin}: World): Promise<void> {
  const rows = await Model.find({order: 'id'});
  assert.deepEqual(
    rows.map((row: any) => row.toObject()),
    twin.all,
  );
  assert.deepEqual(dataSource.connector.database.verify(), []);
}

/** Creates one more row, so that the next id is seen. */
async function assertNextIds(worlds: readonly World[]): Promise<void> {
  for (const {Model, twin} of worlds) {
    assert.equal((await Model.create({name: 'last'})).id, twin.next);
  }
}

/** Of ids that nobody was told of, for they were rolled back, no file knows. */
async function assertNextIdAfterCrash({Model, twin}: World): Promise<void> {
  const {id} = await Model.create({name: 'last'});
  const greatest = Math.max(0, ...twin.rows.keys());
  assert.ok(id > greatest && id <= twin.next, `${id} for ${twin.next}`);
}

const steps = fc.array(fc.tuple(fc.nat(), step), {maxLength: 25});

describe('Random statements, snapshots, restores, forks and transactions', () => {
  it('leave what copies of everything would have', () =>
    tryOftenAsync(
      fc.asyncProperty(steps, async all => {
        const dataSource = makeDataSource();
        dataSource.define('City', properties);
        const worlds = [worldOf(dataSource)];
        await play(worlds, all);
        await assertNextIds(worlds);
      }),
    ));

  it('leave the same where statements are cut', () =>
    tryOftenAsync(
      fc.asyncProperty(steps, async all => {
        const dataSource = makeDataSource({yieldMs: 0});
        dataSource.define('City', properties);
        const worlds = [worldOf(dataSource)];
        await play(worlds, all);
        await assertNextIds(worlds);
      }),
      60,
    ));

  describe('with a file', () => {
    const pathOf = useDirectory();
    let run = 0;

    it('leave the same to who opens it after a crash, with ids that go back', () =>
      tryOftenAsync(
        fc.asyncProperty(steps, fc.boolean(), async (all, checkpoints) => {
          const file = pathOf(`${run++}.json`);
          const dataSource: any = makeDataSource({
            file,
            checkpoint: {idleMs: 1_000_000},
          });
          dataSource.define('City', properties);
          await dataSource.connect();
          const [world] = await playWith(dataSource, all);
          if (checkpoints) await dataSource.connector.database.checkpoint();
          const copy = pathOf(`${run++}.json`);
          if (existsSync(file)) cpSync(file, copy);
          cpSync(`${file}.journal`, `${copy}.journal`);
          await dataSource.disconnect();
          const again: any = makeDataSource({file: copy});
          again.define('City', properties);
          await again.connect();
          const reopened = worldOf(again, world!.twin);
          await assertSame(reopened);
          await assertNextIdAfterCrash(reopened);
          await again.disconnect();
        }),
        40,
      ));
  });
});

async function playWith(
  dataSource: any,
  all: readonly [number, Step][],
): Promise<World[]> {
  const worlds = [worldOf(dataSource)];
  await play(worlds, all);
  return worlds;
}

import assert from 'node:assert/strict';
import type {ComparisonPace} from '../../bench/comparison';
import type {Part} from '../../bench/part';
import {bulk} from '../../bench/parts/bulk';
import {cold} from '../../bench/parts/cold';
import {growth} from '../../bench/parts/growth';
import {include} from '../../bench/parts/include';
import {indexes} from '../../bench/parts/indexes';
import {throughJuggler} from '../../bench/parts/juggler';
import {instead} from '../../bench/parts/instead';
import {models} from '../../bench/parts/models';
import {queries} from '../../bench/parts/queries';
import {reload} from '../../bench/parts/reload';
import {seeding} from '../../bench/parts/seeding';
import {snapshots} from '../../bench/parts/snapshots';

const rows = 1000;
const pace: ComparisonPace = {
  rounds: 1,
  batchMs: 0.1,
  warmUpMs: 0.1,
  soakSeconds: 0.001,
};

function measure(part: Part) {
  const request = {
    works: undefined,
    peers: undefined,
    sizes: [rows],
    rows,
    nodes: [],
  };
  return part.measure({...request, pace, say: () => undefined});
}

describe('The bench', () => {
  it('gets the right answers from every contender through the juggler', async () => {
    const {tables} = await measure(throughJuggler);
    assert.match(tables.join(), /deleteById \| inmemory, repository/);
  });

  it('compares sizes that have a process each', async () => {
    const peers = new Set(['inmemory']);
    const request = {works: undefined, peers, rows, pace, nodes: []};
    const sizes = [rows, 2 * rows];
    const {targets} = await growth.measure({
      ...request,
      sizes,
      say: () => undefined,
    });
    assert.equal(targets.length, 5);
    assert.equal(targets[0]!.measure, 'times 1,000 rows at 2,000');
  });

  it('gets the right answers from every engine below the juggler', async () => {
    const {targets} = await measure(queries);
    assert.ok(targets.some(({measure}) => measure === 'times plain'));
  });

  it('gets the same rows from every engine that writes many', async () => {
    const {tables} = await measure(bulk);
    assert.match(tables.join(), /destroyAll of half of 1,000 rows \| inmemory/);
    assert.match(tables.join(), /createAll of 100 rows into a table of 1,000/);
  });

  it('gets the same answers with one model and after thirty others', async () => {
    const {targets} = await measure(models);
    assert.equal(targets.length, 4);
  });

  it('finds that LoopBack includes children by one query', async () => {
    const {targets} = await measure(include);
    assert.equal(targets[0]!.measure, 'queries for children');
    assert.equal(targets[0]!.measured.median, 1);
  });

  it('compares updates with one index and with five', async () => {
    const {targets} = await measure(indexes);
    assert.equal(targets.length, 1);
  });

  it('compares writes with and without open snapshots', async () => {
    const {targets} = await measure(snapshots);
    assert.equal(targets.length, 2);
  });

  it('compares suites in new processes', async () => {
    const works = new Set(['1']);
    const request = {works, peers: undefined, sizes: [rows], rows, pace};
    const {targets} = await cold.measure({
      ...request,
      nodes: [process.execPath],
      say: () => undefined,
    });
    const name = `a suite of 1 test, Node ${process.versions.node}`;
    const both = [`${name}, whole process`, `${name}, after loading`];
    assert.deepEqual(
      targets.map(({work}) => work),
      [...both, ...both],
    );
  });

  it('loads everything anew for each file of tests', async () => {
    const request = {works: undefined, peers: undefined, sizes: [rows], pace};
    const {targets} = await reload.measure({
      ...request,
      rows: 2,
      nodes: [],
      say: () => undefined,
    });
    assert.ok(targets[0]!.measured.median > 0);
  });

  it('runs the same tests on other databases', async () => {
    const names = ['restore', 'rollback', 'automigrate', 'destroyAll'];
    const own = names.map(name => `inmemory, ${name}`);
    const peers = new Set(['built-in, destroyAll', ...own]);
    const request = {works: undefined, peers, sizes: [rows], pace, nodes: []};
    const {tables} = await instead.measure({
      ...request,
      rows: 10,
      say: () => undefined,
    });
    const found = tables[0]!.match(/^\| (inmemory|built-in), .* [mu]s \|$/gm);
    assert.equal(found?.length, peers.size, tables[0]);
  });

  it('measures a seed in a process of its own', async () => {
    const {targets} = await measure(seeding);
    const [cold, second] = targets.map(({measured}) => measured.median);
    assert.ok(cold! > second!);
  });
});

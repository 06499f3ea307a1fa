/*
 * What `isolate` costs a suite: 1,000 tests over the cities of the world, each of which
 * changes some rows, and how long their hooks take in total. On a machine that is busy
 * a few of them wait for others, of which the median tells.
 *
 *   npm run bench:resetting
 */
import type {juggler} from '@loopback/repository';
import {CitiesApplication} from '../examples/cities/application';
import {load} from '../examples/cities/load';
import {CityRepository} from '../examples/cities/repositories';
import {isolate} from 'loopback-connector-inmemory/testing';

const tests = 1_000;

type Run = () => Promise<void>;

async function main(): Promise<void> {
  const app = new CitiesApplication();
  const {cities} = await load(app);
  const repository = await app.getRepository(CityRepository);
  const world: juggler.DataSource = await app.get('datasources.world');
  const hooks: Record<string, Run> = {};
  const hook = (name: string) => (run: Run) => {
    hooks[name] = run;
  };
  isolate(world, {
    hooks: {
      before: hook('before'),
      beforeEach: hook('beforeEach'),
      after: hook('after'),
    },
  });
  const times: number[] = [];
  await hooks['before']!();
  for (let test = 0; test < tests; test++) {
    const start = performance.now();
    await hooks['beforeEach']!();
    times.push(performance.now() - start);
    await changeSome(repository);
  }
  await hooks['after']!();
  const total = times.reduce((sum, each) => sum + each, 0);
  const sorted = times.toSorted((a, b) => a - b);
  console.log(
    `${tests} tests over ${cities} cities: ${total.toFixed(1)} ms for resetting, ` +
      `${(sorted[tests / 2]! * 1_000).toFixed(0)} us at the median, ` +
      `${(sorted.at(-1)! * 1_000).toFixed(0)} us at most.`,
  );
}

/** What a test does: a city more, some others, one less. */
async function changeSome(repository: CityRepository): Promise<void> {
  const position = {lat: 47.1, lng: 9.5};
  const city = {name: 'Testdorf', country: 'LI', population: 5, position};
  await repository.create(city);
  await repository.updateAll({population: 6}, {country: 'LI'});
  await repository.deleteById(2657928);
}

void main();

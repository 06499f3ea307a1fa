import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import {
  DefaultCrudRepository,
  Entity,
  model,
  property,
} from '@loopback/repository';
import {makeDataSource} from '../support/connector/data-source';

const document = readFileSync(
  path.resolve(__dirname, '../../../docs/scaling.md'),
  'utf8',
);

@model({settings: {forceId: false}})
class City extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;
  @property({type: 'string'})
  name?: string;
  @property({type: 'date'})
  foundedAt?: Date;
}

type CityRepository = DefaultCrudRepository<City, number>;
type CopyAll = (from: CityRepository, to: CityRepository) => Promise<void>;

function makeRepository(): CityRepository {
  return new DefaultCrudRepository(City, makeDataSource() as never);
}

/** The function as the document has it. */
function readCopyAll(): CopyAll {
  const [, text] = /```js\n(async function copyAll[^]*?)```/.exec(document)!;
  return vm.runInThisContext(`${text}; copyAll`) as CopyAll;
}

describe('the document about scaling', () => {
  it('copies all rows to another datasource with their ids, page by page', async () => {
    const from = makeRepository();
    const rows = Array.from({length: 2500}, (_, i) => ({
      name: `City ${i}`,
      foundedAt: new Date(i * 1000),
    }));
    await from.createAll(rows);
    await from.deleteAll({id: {between: [900, 1100]}});
    const to = makeRepository();
    await readCopyAll()(from, to);
    const [copied, original] = await Promise.all([to.find(), from.find()]);
    assert.equal(copied.length, 2299);
    assert.deepEqual(
      copied.map(row => row.toJSON()),
      original.map(row => row.toJSON()),
    );
  });
});

import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {
  DefaultCrudRepository,
  Entity,
  model,
  property,
} from '@loopback/repository';
import {copyRows, inMemory} from '../../index';
import {Workplace} from '../support/cli/workplace';
import {makeDataSource} from '../support/connector/data-source';

@model({settings: {postgresql: {schema: 'public', tableName: 'towns'}}})
class Town extends Entity {
  @property({type: 'number', id: true, postgresql: {columnName: 'town_id'}})
  id!: number;

  @property({
    type: 'string',
    required: true,
    postgresql: {columnName: 'town_name'},
  })
  name!: string;

  @property({type: 'date'})
  founded?: Date;
}

@model({settings: {memory: {collection: 'persons'}}})
class Person extends Entity {
  @property({type: 'number', id: true, memory: {columnName: 'person_id'}})
  id!: number;

  @property({type: 'number', memory: {columnName: 'boss_id'}})
  bossId?: number;
}

const models = [Town, Person];

const prototype = {
  Town: [
    {id: 1, name: 'Köln', founded: '0050-01-01'},
    {id: 2, name: 'Bonn'},
  ],
  Person: [{id: 1, bossId: 2}, {id: 2}],
};

describe('Schemas in a file that rows are copied to', () => {
  let place: Workplace;
  let copy: string;
  beforeEach(async () => {
    place = new Workplace();
    copy = place.path('copy.json');
    await place.run(['load', place.file], JSON.stringify(prototype));
  });
  afterEach(() => place.remove());

  const json = (file = copy): any => JSON.parse(readFileSync(file, 'utf8'));

  async function opened(file: string) {
    const dataSource = makeDataSource({file});
    const towns = new DefaultCrudRepository(Town, dataSource as never);
    const persons = new DefaultCrudRepository(Person, dataSource as never);
    await dataSource.connect();
    return {dataSource, towns, persons};
  }

  it('are those of the models, and the application finds nothing to migrate', async () => {
    await copyRows(place.file, copy, {models});
    assert.deepEqual(Object.keys(json().models).sort(), ['persons', 'towns']);
    assert.deepEqual(json().schemas.towns.notNull, ['town_name']);
    const {dataSource, persons, towns} = await opened(copy);
    assert.equal(await inMemory(dataSource as never).isActual(), true);
    const [first] = await towns.find();
    assert.deepEqual(first!.founded, new Date('0050-01-01'));
    assert.equal((await persons.findById(1)).bossId, 2);
    await dataSource.disconnect();
  });

  it('are read by the names of columns again', async () => {
    const there = await copyRows(place.file, copy, {models});
    const memory = makeDataSource();
    const back = await copyRows(copy, memory, {models});
    assert.deepEqual(back, there);
    const onwards = await copyRows(copy, place.path('again.json'), {models});
    assert.deepEqual(onwards, there);
  });

  it('are held to: rows that a model refuses are not copied, and no file is made', async () => {
    const rows = {Town: [{id: 1, name: 'Köln'}, {id: 2}]};
    const bad = place.path('bad.json');
    await place.run(['load', bad], JSON.stringify(rows));
    await assert.rejects(copyRows(bad, copy, {models: [Town]}), {
      code: 'INVALID_VALUE',
      message:
        /refuses rows of Town \(id 2\): towns\.name cannot be undefined: it is required\. Nothing/,
    });
    for (const suffix of ['', '.journal', '.lock']) {
      assert.ok(!existsSync(copy + suffix), suffix);
    }
  });

  it('are those of the source, where it keeps some', async () => {
    place.make('close', 3, place.path('made.json'));
    await copyRows(place.path('made.json'), copy);
    assert.deepEqual(json().schemas, json(place.path('made.json')).schemas);
  });

  it('are none where they would be guessed', async () => {
    await copyRows(place.file, copy);
    assert.equal(json().schemas, undefined);
    const {models: found} = await place.json(['info', copy]);
    assert.ok(found.every(({schema}: any) => schema === null));
  });

  it('stay as they are in a file that has rows', async () => {
    await copyRows(place.file, copy, {models});
    const {schemas} = json();
    const more = place.path('more.json');
    await place.run(['load', more], '{"Town": [{"id": 3, "name": "Ulm"}]}');
    await copyRows(more, copy, {models: [Town], append: true});
    assert.deepEqual(json().schemas, schemas);
    assert.equal(Object.keys(json().models.towns).length, 3);
    const bad = place.path('bad.json');
    await place.run(['load', bad], '{"Town": [{"id": 4}]}');
    const before = readFileSync(copy, 'utf8');
    const refused = copyRows(bad, copy, {models: [Town], append: true});
    await assert.rejects(refused, /\(id 4\): towns\.name cannot be undefined/);
    assert.equal(readFileSync(copy, 'utf8'), before);
  });

  it('come with the settings of a datasource that has the file', async () => {
    const config = place.path('db.datasource.json');
    const settings = {connector: 'memory', file: copy, typeChecks: 'strict'};
    writeFileSync(config, JSON.stringify(settings));
    await copyRows(place.file, config, {models: [Person]});
    assert.equal(json().schemas.persons.typeChecks, 'strict');
  });
});

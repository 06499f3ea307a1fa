import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';

describe('info', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it('shows models, rows, next ids, sizes, journal and owner', async () => {
    place.make('more');
    const {stdout, status} = await place.run(['info', place.file]);
    assert.equal(status, 0);
    assert.match(stdout, /Data file .*my data\.json, \d\.\d kB\n/);
    assert.match(stdout, /Journal +5 commits, \d+ bytes\n/);
    assert.match(stdout, /Owner +none\n/);
    assert.match(stdout, /City +10 +12\n/);
    assert.match(stdout, /Code +7 +1\n/);
    assert.match(stdout, /Schema of City\n +id +number +id\n/);
    assert.match(stdout, /Schema of Code\n +code +string +id\n +n +number\n/);
  });

  it('says the same as JSON', async () => {
    place.make('more');
    const facts = await place.json(['info', place.file]);
    assert.equal(facts.bytes, readFileSync(place.file).length);
    assert.deepEqual(
      facts.models.map((each: {schema: unknown}) => ({...each, schema: 0})),
      [
        {model: 'City', rows: 10, nextId: 12, schema: 0},
        {model: 'Code', rows: 7, nextId: 1, schema: 0},
        {model: 'Line', rows: 5, nextId: facts.models[2].nextId, schema: 0},
      ],
    );
    const [, code] = facts.models;
    assert.deepEqual(code.schema.columns, {code: 'string', n: 'number'});
    assert.equal(facts.journal.commits, 5);
    assert.equal(facts.journal.torn, null);
    assert.deepEqual(facts.lock, {state: 'free'});
    assert.deepEqual((await place.json(['check', place.file])).damages, []);
  });

  it('knows a file of the built-in connector', async () => {
    writeFileSync(
      place.file,
      JSON.stringify({ids: {M: 3}, models: {M: {1: '{"id":1}'}}}, null, 2),
    );
    const facts = await place.json(['info', place.file]);
    assert.deepEqual(facts.models, [
      {model: 'M', rows: 1, nextId: 3, schema: null},
    ]);
    assert.equal(facts.journal, null);
    assert.equal((await place.run(['check', place.file])).status, 0);
  });

  it('works beside a live owner and names it', async () => {
    const owner = await place.live();
    try {
      const {lock} = await place.json(['info', place.file]);
      assert.equal(lock.state, 'owned');
      assert.match(lock.owner, new RegExp(`process ${owner.pid} `));
      assert.equal((await place.run(['check', place.file])).status, 0);
      assert.equal((await place.dump()).length, 20);
    } finally {
      owner.kill('SIGKILL');
    }
  });

  it('refuses a file that is not there', async () => {
    const {stderr, status} = await place.run(['info', 'nothing.json']);
    assert.equal(status, 2);
    assert.match(stderr, /nothing\.json does not exist/);
  });
});

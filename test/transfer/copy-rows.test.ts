import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {belongsTo, Entity, model, property} from '@loopback/repository';
import {copyRows} from '../../index';
import type {CopyProgress} from '../../lib/transfer/copy-rows';
import {
  makeDataSource,
  type TestDataSource,
} from '../support/connector/data-source';
import {Workplace} from '../support/cli/workplace';

@model()
class Team extends Entity {
  @property({type: 'string', id: true})
  code!: string;
}

@model({settings: {hiddenProperties: ['secret']}})
class Player extends Entity {
  @property({type: 'number', id: true, generated: true})
  id!: number;

  @belongsTo(() => Team, {name: 'team', keyTo: 'code'}, {type: 'string'})
  teamCode!: string;

  @property({type: 'date'})
  born!: Date;

  @property({type: 'string'})
  secret!: string;

  @property({type: 'array', itemType: 'number'})
  scores!: number[];
}

const properties = {
  Team: {code: {type: String, id: true}},
  Player: {
    id: {type: Number, id: true, generated: true},
    teamCode: String,
    born: Date,
    secret: String,
    scores: [Number],
    photo: Buffer,
    home: 'GeoPoint',
    more: Object,
  },
  Score: {
    game: {type: Number, id: 1},
    player: {type: Number, id: 2},
    points: Number,
  },
};
const playerSettings = {
  foreignKeys: {
    team: {
      name: 'team',
      entity: 'Team',
      entityKey: 'code',
      foreignKey: 'teamCode',
    },
  },
};

/** A datasource with the models, and with rows if some are wanted. */
async function sourceWith(
  players: number,
  settings = {},
): Promise<TestDataSource> {
  const dataSource = makeDataSource(settings);
  // Children are defined before their parents.
  const Player = dataSource.define('Player', properties.Player, playerSettings);
  const Score = dataSource.define('Score', properties.Score);
  const Team = dataSource.define('Team', properties.Team);
  await dataSource.connect();
  if (players === 0) return dataSource;
  await Team.create([{code: 'a'}, {code: 'b'}]);
  for (let i = 1; i <= players; i++) {
    await Player.create({
      teamCode: i % 2 ? 'a' : 'b',
      born: new Date(i * 1e10 + 7),
      ...(i % 3 ? {secret: `it's ${i}`} : {}),
      scores: [i, 0.5],
      photo: Buffer.from([i, 0, 255]),
      home: {lat: i / 7, lng: -i},
      more: {deep: [{at: null}]},
    });
    await Score.create({game: 1, player: i, points: i});
  }
  return dataSource;
}

async function rowsIn(dataSource: TestDataSource): Promise<any> {
  const {models} = dataSource as unknown as {models: Record<string, any>};
  const all: Record<string, unknown> = {};
  for (const name of ['Team', 'Player', 'Score']) {
    const rows = await models[name].find();
    all[name] = rows.map((row: any) =>
      JSON.parse(JSON.stringify(row.toObject(false, false, false))),
    );
  }
  return all;
}

describe('copyRows', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it('copies all rows of the models of a datasource, parents first', async () => {
    const from = await sourceWith(25);
    const to = await sourceWith(0);
    const before = await rowsIn(from);
    const {models} = await copyRows(from, to, {batchSize: 10});
    assert.deepEqual(await rowsIn(to), before);
    assert.deepEqual(await rowsIn(from), before);
    assert.deepEqual(
      models.map(({copied, model, rows}) => [model, rows, copied]),
      [
        ['Team', 2, 2],
        ['Player', 25, 25],
        ['Score', 25, 25],
      ],
    );
    for (const {hash} of models) assert.match(hash, /^[\da-f]{32}$/);
  });

  it('goes by the classes of LoopBack 4 where these are given', async () => {
    const from = makeDataSource();
    const {
      id,
      teamCode,
      born: date,
      secret: text,
      scores: list,
    } = properties.Player;
    const known = {id, teamCode, born: date, secret: text, scores: list};
    const all = from.define('Player', known);
    const team = from.define('Team', properties.Team);
    await team.create({code: 'a'});
    await all.create([
      {teamCode: 'a', scores: [1]},
      {secret: "it's 2", born: new Date(2e10 + 7), scores: [2, 0.5]},
    ]);
    const to = makeDataSource();
    await copyRows(from, to, {models: [Player, Team]});
    const {models} = to as unknown as {models: Record<string, any>};
    const [, second] = await models['Player'].find();
    const {born, scores, secret} = second.toObject(false, false, false);
    assert.deepEqual(born, new Date(2e10 + 7));
    assert.equal(secret, "it's 2");
    assert.deepEqual([...scores], [2, 0.5]);
    assert.equal(await models['Team'].count(), 1);
  });

  it('tells which tables of a file are of none of the models', async () => {
    const file = place.path('copy.json');
    await copyRows(await sourceWith(3), file);
    const to = place.path('x.json');
    const some = await copyRows(file, to, {models: [Team]});
    assert.deepEqual(some.leftOut, [
      {table: 'Player', rows: 3},
      {table: 'Score', rows: 3},
    ]);
    const all = await copyRows(file, place.path('all.json'));
    assert.deepEqual(all.leftOut, []);
  });

  it('has the same hashes from and to a file, whatever the order', async () => {
    const from = await sourceWith(12);
    const file = place.path('copy.json');
    const there = await copyRows(from, file);
    const again = place.path('again.json');
    const onwards = await copyRows(file, again);
    const to = await sourceWith(0);
    const back = await copyRows(again, to);
    const hashes = ({models}: typeof back) =>
      models.map(({hash, model}) => `${model} ${hash}`).sort();
    assert.deepEqual(hashes(onwards), hashes(there));
    assert.deepEqual(hashes(back), hashes(there));
    assert.deepEqual(await rowsIn(to), await rowsIn(from));
  });

  it('writes a file that a datasource opens, and counts ids on', async () => {
    const file = place.path('copy.json');
    await copyRows(await sourceWith(12), file);
    const opened = await sourceWith(0, {file});
    const {models} = opened as unknown as {models: Record<string, any>};
    assert.equal(await models['Player'].count(), 12);
    const born = await models['Player'].findOne({
      where: {home: {near: '1,-7'}},
    });
    assert.equal(born.id, 7);
    assert.equal((await models['Player'].create({teamCode: 'a'})).id, 13);
    await opened.disconnect();
  });

  it('never writes to a file that it copies from', async () => {
    place.make('more');
    const names = [place.file, place.journal];
    const before = names.map(name => readFileSync(name, 'latin1'));
    await copyRows(place.file, place.path('copy.json'));
    assert.deepEqual(
      names.map(name => readFileSync(name, 'latin1')),
      before,
    );
    assert.equal((await place.dump(place.path('copy.json'))).length, 22);
  });

  it('refuses a target that has rows, and names them', async () => {
    const from = await sourceWith(3);
    const to = await sourceWith(2);
    const before = await rowsIn(to);
    await assert.rejects(copyRows(from, to), {
      code: 'INVALID_SETTING',
      message:
        /has rows already: Team 2, Player 2, Score 2\. Nothing was copied/,
    });
    assert.deepEqual(await rowsIn(to), before);
  });

  it('adds to rows with append, and refuses an id that is taken', async () => {
    const from = await sourceWith(3);
    const file = place.path('copy.json');
    await copyRows(from, file);
    await assert.rejects(copyRows(from, file, {append: true}), {
      code: 'DUPLICATE_KEY',
      message: /has a row of Team with the id a already/,
    });
    const {models} = from as unknown as {models: Record<string, any>};
    for (const name of ['Score', 'Player', 'Team']) {
      await models[name].deleteAll();
    }
    await models['Team'].create({code: 'c'});
    const {models: copied} = await copyRows(from, file, {append: true});
    assert.equal(copied[0]!.copied, 1);
    assert.equal((await place.dump(file, '--model', 'Team')).length, 3);
  });

  it('goes on with resume where it was broken off, wherever that was', async () => {
    for (const end of [1, 2, 3, 4, 5, 6, 7]) {
      const from = await sourceWith(25);
      const to = await sourceWith(0);
      let calls = 0;
      const onProgress = ({step}: CopyProgress): void => {
        if (step === 'copying' && ++calls === end)
          throw new Error('broken off');
      };
      const broken = copyRows(from, to, {batchSize: 10, onProgress});
      await assert.rejects(broken, /broken off/);
      // Of a batch a part may be there.
      const {models: there} = to as unknown as {models: Record<string, any>};
      await there['Player'].deleteAll({id: {inq: [3, 9, 20]}});
      const {models} = await copyRows(from, to, {batchSize: 7, resume: true});
      assert.deepEqual(await rowsIn(to), await rowsIn(from));
      const copied = models.reduce((sum, {copied}) => sum + copied, 0);
      assert.ok(copied < 52);
      assert.equal(
        models.reduce((sum, {rows}) => sum + rows, 0),
        52,
      );
    }
  });

  it('tells which rows the target has otherwise', async () => {
    const from = await sourceWith(30);
    const to = await sourceWith(0);
    await copyRows(from, to);
    const {models} = to as unknown as {models: Record<string, any>};
    await models['Player'].updateAll({id: {lt: 13}}, {teamCode: 'b'});
    await assert.rejects(copyRows(from, to, {resume: true}), {
      code: 'INVALID_VALUE',
      message:
        /other values than .* in 6 rows \(1, 3, 5, 7, 9, 11\) of Player, teamCode: its/,
    });
  });

  it('does not tell rows of a model without an id apart', async () => {
    const from = makeDataSource();
    const Line = from.define('Line', {text: String}, {idInjection: false});
    await Line.create([{text: 'a'}, {text: 'a'}, {text: 'b'}]);
    const to = makeDataSource();
    const {models} = await copyRows(from, to);
    assert.equal(models[0]!.rows, 3);
    await assert.rejects(copyRows(from, to, {resume: true}), {
      message: /Line has no id, so nobody can tell which of its rows/,
    });
  });

  it('tells how far it is', async () => {
    const told: CopyProgress[] = [];
    const from = await sourceWith(10);
    const options = {
      batchSize: 4,
      onProgress: (p: CopyProgress) => told.push(p),
    };
    await copyRows(from, place.path('x.json'), options);
    const [first] = told;
    assert.deepEqual(first, {step: 'copying', doneRows: 2, totalRows: 22});
    assert.deepEqual(told.at(-1), {
      step: 'verifying',
      doneRows: 22,
      totalRows: 22,
    });
  });

  /** A datasource with another connector, which makes no tables. */
  function withoutAutoupdate(): TestDataSource {
    const dataSource = makeDataSource();
    const {connector} = dataSource as unknown as {connector: object};
    Object.defineProperty(connector, 'name', {value: 'plain'});
    Object.defineProperty(connector, 'autoupdate', {value: undefined});
    return dataSource;
  }

  it('refuses what cannot be', async () => {
    place.make('close');
    const from = await sourceWith(1);
    const file = place.path('x.json');
    const cases: [Promise<unknown>, RegExp][] = [
      [copyRows(from, from), /is both what is copied and where to/],
      [copyRows(file, file), /is both what is copied and where to/],
      [copyRows(file, from), /x\.json does not exist/],
      [
        copyRows({}, from),
        /The source .* must be a datasource with a connector, .* and is \{\}\./,
      ],
      [copyRows(undefined as never, from), /The source .* and is undefined\./],
      [copyRows(from, null as never), /The target .* and is null\./],
      [
        copyRows(from, file, {modls: []} as never),
        /copyRows\(\) has no option "modls"; .* \(did you mean models\?\)\./,
      ],
      [copyRows(from, file, 5 as never), /options .* an object, and are 5\./],
      [
        copyRows(from, file, {models: ['Team'] as never}),
        /models of copyRows\(\) must be classes of models, and not "Team"\./,
      ],
      [copyRows(from, file, {batchSize: 0}), /batchSize is a whole number/],
      [
        copyRows(from, file, {append: true, resume: true}),
        /do not go together/,
      ],
      [
        copyRows(from, file, {models: [Date]}),
        /Date is no model of LoopBack 4/,
      ],
      [
        copyRows(from, file, {models: place.directory}),
        /no directory with comp/,
      ],
      [copyRows(makeDataSource(), file), /has no tables|cannot discover/],
      [
        copyRows(place.file, from, {migrate: true}),
        /What is discovered of City does not say all of its columns: --migrate/,
      ],
      [
        copyRows(from, withoutAutoupdate(), {migrate: true}),
        /cannot make tables: its connector, plain, has no autoupdate/,
      ],
    ];
    await Promise.all(
      cases.map(([copy, problem]) => assert.rejects(copy, problem)),
    );
    assert.ok(!existsSync(file));
  });
});

import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {Workplace} from '../../support/cli/workplace';

describe('load of an object with a list of rows for each model', () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  const lists = {
    $schema: './node_modules/json-server/schema.json',
    posts: [{title: 'a'}, {id: 1, title: 'b'}, {id: 7}, {title: 'c'}],
    comments: [{id: 'x', postId: 1, at: {deep: [1, null]}}],
    empty: [],
    profile: {name: 'typicode'},
  };
  const rows = [
    ['comments', {id: 'x', postId: 1, at: {deep: [1, null]}}],
    ['posts', {id: 1, title: 'b'}],
    ['posts', {id: 2, title: 'a'}],
    ['posts', {id: 7}],
    ['posts', {id: 8, title: 'c'}],
    ['profile', {id: 1, name: 'typicode'}],
  ];
  const forms = {
    'on one line': JSON.stringify(lists),
    'on many lines': JSON.stringify(lists, null, 2),
    'with a byte order mark': `\ufeff${JSON.stringify(lists, null, 2)}\n`,
    'behind a brace': JSON.stringify(lists, null, 2).replace('{\n', '{ '),
  };

  async function loaded(): Promise<unknown[]> {
    const dumped = await place.dump();
    return dumped.map(({model, row}) => [model, row]);
  }

  /** What is said on standard error where an input is refused. */
  async function refused(input: string, ...words: string[]): Promise<string> {
    const command = ['load', place.file, ...words];
    const {status, stderr} = await place.run(command, input);
    assert.equal(status, 2, stderr);
    return stderr;
  }

  for (const [form, text] of Object.entries(forms)) {
    it(`takes the rows of all of them, ${form}`, async () => {
      writeFileSync(place.path('db.json'), text);
      await place.json(['load', place.file, 'db.json']);
      assert.deepEqual(await loaded(), rows);
      const words = ['load', place.path('copy.json')];
      const {status, stdout} = await place.run(words, text);
      assert.equal(status, 0);
      assert.match(stdout, /Loaded 6 rows.*\n.*\n *posts +4/);
    });

    it(`takes those of one, ${form}`, async () => {
      const words = ['load', place.file, '--model', 'profile'];
      const {status} = await place.run(words, text);
      assert.equal(status, 0);
      assert.deepEqual(await loaded(), [rows.at(-1)]);
    });

    it(`refuses a model that has none, ${form}`, async () => {
      const said = await refused(text, '--model', 'post');
      assert.match(
        said,
        /none is of "post": it has .*posts, .* Did you mean po/,
      );
    });
  }

  it('takes an id of another name', async () => {
    const words = ['load', place.file, '--id', 'code'];
    const {status} = await place.run(words, '{"Code": [{"code": "a"}]}');
    assert.equal(status, 0);
    const [row] = await place.dump();
    assert.deepEqual(row, {
      model: 'Code',
      id: 'a',
      row: {code: 'a'},
      key: ['code'],
    });
  });

  it('puts them beside the rows that are there, all or none', async () => {
    place.make('close');
    const before = await place.dump();
    const text = '{"City": [{"name": "new"}], "Code": [{"code": "k1"}]}';
    const said = await refused(text);
    assert.match(
      said,
      /element 1 of Code: Code has a row with the id "k1" alr/,
    );
    assert.deepEqual(await place.dump(), before);
    const words = ['load', place.file, '--replace'];
    assert.equal((await place.run(words, text)).status, 0);
    assert.equal((await place.dump()).length, before.length + 1);
  });

  it('tells what is no row, and where', async () => {
    for (const [text, problem] of [
      ['{\n"posts": [{}, 5]}', /element 2 of posts: this is no object, but 5/],
      ['{\n"posts": [[{}]]}', /element 1 of posts: this is no object/],
      ['{\n"posts": [], "n": 3}', /"n" is no list of rows, but 3/],
      ['{\n"id": 1,\n"name": "a"}', /"id" is no list of rows, but 1.*--model/],
      ['{\n"a": [], "a": [{}]}', /"a" is there twice/],
      [
        '{\n"a": [{"id": 1}, {"id": 1}]}',
        /element 2 of a: a has a row with the/,
      ],
    ] as const) {
      assert.match(await refused(text), problem);
    }
  });

  it('takes a single line for a row where it cannot be lists of rows', async () => {
    for (const text of ['{"tags": ["a"]}', '{"id": 2, "of": [{}]}', '{}']) {
      const words = ['load', place.file, '--model', 'M'];
      assert.equal((await place.run(words, text)).status, 0);
    }
    const two = '{"of": [{}]}\n{"of": [{"a": 1}]}';
    await place.run(['load', place.file, '--model', 'M'], two);
    assert.equal((await place.dump()).length, 5);
    const one = await refused('{"of": [{}]}', '--model', 'M');
    assert.match(one, /If all of it is one row, put it into an array/);
  });

  it('finds models that are called as the members of a data file', async () => {
    const text = '{"models": [{"id": 1}], "ids": [{"id": 2}]}';
    for (const input of [text, JSON.stringify(JSON.parse(text), null, 1)]) {
      await place.run(['load', place.file, '--replace'], input);
      assert.deepEqual(await loaded(), [
        ['ids', {id: 2}],
        ['models', {id: 1}],
      ]);
    }
  });
});

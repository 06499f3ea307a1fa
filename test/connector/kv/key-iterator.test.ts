import assert from 'node:assert/strict';
import {givenKeys, type KeyModel} from '../../support/connector/keys';

async function given(Item: KeyModel, ...keys: string[]): Promise<void> {
  await Promise.all(keys.map(key => Item.set(key, key)));
}

describe('the keys of a model', () => {
  it('come in the order of their code units', async () => {
    const {Item} = givenKeys();
    await given(Item, 'b', 'a', 'B', '10', '9', 'é', '\u{1f600}', '\uffff');
    assert.deepEqual(await Item.keys(), [
      '10',
      '9',
      'B',
      'a',
      'b',
      'é',
      '\u{1f600}',
      '\uffff',
    ]);
  });

  it('are those that match', async () => {
    const {Item} = givenKeys();
    await given(Item, 'user:1', 'user:2', 'user:10', 'users', 'cart:1');
    const match = async (pattern: string) => Item.keys({match: pattern});
    assert.deepEqual(await match('user:*'), ['user:1', 'user:10', 'user:2']);
    assert.deepEqual(await match('user:?'), ['user:1', 'user:2']);
    assert.deepEqual(await match('*:1'), ['cart:1', 'user:1']);
    assert.deepEqual(await match('[^u]*'), ['cart:1']);
    assert.deepEqual(await match('users'), ['users']);
    assert.deepEqual(await match('user'), []);
  });

  it('are all where there is no pattern', async () => {
    const {Item} = givenKeys();
    await given(Item, 'a', 'b');
    for (const filter of [undefined, {}, {match: undefined}, {match: ''}]) {
      assert.deepEqual(await Item.keys(filter), ['a', 'b']);
    }
  });

  it('are refused to a filter that is none', async () => {
    const {Item} = givenKeys();
    const refused = {code: 'INVALID_FILTER', statusCode: 400};
    await assert.rejects(Item.keys({match: 5}), refused);
    await assert.rejects(Item.keys({match: /a/}), refused);
    await assert.rejects(Item.keys({where: {key: 'a'}}), {
      ...refused,
      message:
        'The filter of keys cannot be {"where":{"key":"a"}}: it must be {match} ' +
        "with a pattern, such as {match: 'user:*'}, or left out.",
    });
  });

  it('are those that there were when the first was asked for', async () => {
    const {Item} = givenKeys();
    await given(Item, 'a', 'b');
    const keys = Item.iterateKeys();
    await Item.set('c', 1);
    assert.equal(await keys.next(), 'a');
    await Item.deleteAll();
    await Item.set('d', 1);
    assert.equal(await keys.next(), 'b');
    assert.equal(await keys.next(), 'c');
    assert.equal(await keys.next(), undefined);
    assert.equal(await keys.next(), undefined);
  });

  it('are the same when there are more than are read at a time', async () => {
    const {Item} = givenKeys();
    const names = Array.from({length: 3500}, (_, i) => `${i + 10_000}`);
    await given(Item, ...names);
    const keys = Item.iterateKeys();
    assert.equal(await keys.next(), '10000');
    await Item.deleteAll();
    const others: (string | undefined)[] = [];
    for (let i = 1; i <= 3500; i++) others.push(await keys.next());
    assert.deepEqual(others, [...names.slice(1), undefined]);
    await given(Item, ...names, 'x');
    assert.equal((await Item.keys({match: '13*'})).length, 500);
    assert.deepEqual(await Item.keys({match: '*499'}), [
      '10499',
      '11499',
      '12499',
      '13499',
    ]);
  });

  it('leave out those that have expired by the time when they would come', async () => {
    const {clock, Item} = givenKeys();
    await Item.set('a', 1, 10);
    await Item.set('b', 1, 20);
    await Item.set('c', 1, 30);
    await Item.set('d', 1);
    const keys = Item.iterateKeys();
    clock.pass(10);
    assert.equal(await keys.next(), 'b');
    clock.pass(20);
    assert.equal(await keys.next(), 'd');
    assert.equal(await keys.next(), undefined);
  });

  it('go to all who ask at the same time', async () => {
    const {Item} = givenKeys();
    await given(Item, 'a', 'b', 'c');
    const keys = Item.iterateKeys();
    const all = [keys.next(), keys.next(), keys.next(), keys.next()];
    assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', undefined]);
  });

  it('let others have their turn', async () => {
    const {Item} = givenKeys();
    await given(Item, ...Array.from({length: 5000}, (_, i) => `${i}`));
    let turns = 0;
    const count = () => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    await Item.keys({match: 'none*x'});
    await Item.keys({match: '*x'});
    clearImmediate(timer);
    assert.ok(turns >= 4, `${turns}`);
  });
});

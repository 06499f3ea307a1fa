import assert from 'node:assert/strict';
import {databaseNames} from '../../lib/dialects/dialect';
import {makeDataSource} from '../support/connector/data-source';
import {useDirectory} from '../support/persistence/directory';

const properties = {
  id: {type: Number, id: true, generated: false},
  name: String,
  big: {
    type: String,
    postgresql: {dataType: 'bigint'},
    mysql: {dataType: 'bigint'},
  },
  price: {type: Number, postgresql: {dataType: 'numeric'}},
  obj: Object,
  tags: ['string'],
  when: Date,
  ok: Boolean,
};

const row = {
  id: 1,
  name: 'Bern',
  big: '12345678901',
  price: 7,
  obj: {a: {b: 1}},
  tags: ['x', 'y'],
  when: new Date(0),
  ok: true,
};

describe('A file', () => {
  const pathOf = useDirectory();

  async function opened(emulate: string | undefined, definition: object) {
    const file = pathOf('db.json');
    const dataSource = makeDataSource({file, ...(emulate && {emulate})});
    const Thing = dataSource.define('Thing', definition);
    await dataSource.connect();
    return {Thing, dataSource};
  }

  const names = [undefined, ...databaseNames];
  for (const writer of names) {
    for (const reader of names.filter(name => name !== writer)) {
      const from = writer ?? 'no database';
      const to = reader ?? 'none';
      it(`written with ${from} emulated has the same values with ${to}`, async () => {
        const first = await opened(writer, properties);
        await first.Thing.create(row);
        await first.dataSource.disconnect();
        const second = await opened(reader, properties);
        const [found] = await second.Thing.find();
        await second.dataSource.disconnect();
        assert.deepEqual(JSON.parse(JSON.stringify(found)), {
          ...row,
          // Its driver gives decimals as texts.
          price: reader === 'postgresql' ? '7' : 7,
          when: row.when.toISOString(),
        });
      });
    }
  }

  const generated = {id: {type: Number, id: true, generated: true}};

  it('written with mongodb emulated says that its ids are no numbers', async () => {
    const first = await opened('mongodb', generated);
    await first.Thing.create({});
    await first.dataSource.disconnect();
    const second = await opened(undefined, generated);
    await assert.rejects(second.Thing.find(), {
      code: 'INVALID_MODEL',
      message:
        /written for mongodb, and its columns cannot hold 1 value of them:\n- .*, id: it is no number\nMend them, or open the file with emulate: 'mongodb'/,
    });
    await second.dataSource.disconnect();
  });
});

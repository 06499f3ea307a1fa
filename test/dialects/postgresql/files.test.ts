import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {makeDataSource, type Model} from '../../support/connector/data-source';

const priceProperty = {
  type: Number,
  postgresql: {dataType: 'numeric', dataPrecision: 10, dataScale: 2},
};

describe("A file with PostgreSQL's rows", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'postgresql-'));
    file = path.join(folder, 'db.json');
  });

  afterEach(() => rmSync(folder, {recursive: true}));

  async function during<T>(
    emulate: string | undefined,
    run: (Item: Model) => Promise<T>,
  ): Promise<T> {
    const db = makeDataSource({file, emulate});
    const Item = db.define(
      'Item',
      {id: {type: Number, id: true, generated: true}, price: priceProperty},
      {forceId: false},
    );
    try {
      await db.connect();
      return await run(Item);
    } finally {
      await db.disconnect();
    }
  }

  it('opened for MariaDB lists what its columns cannot hold, and stays', async () => {
    await during('postgresql', Item => Item.create({price: 1.25}));
    await during('mariadb', Item =>
      assert.rejects(Item.find(), {
        code: 'INVALID_MODEL',
        message:
          /not written for mariadb, .* cannot hold 1 value of them:\n- "1", price: 1.25 would become 1\n/s,
      }),
    );
    const price = await during('postgresql', async Item => {
      const [item] = await Item.find();
      return item.price as string;
    });
    assert.equal(price, '1.25');
  });
});

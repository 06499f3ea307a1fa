import assert from 'node:assert/strict';
import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {
  DefaultCrudRepository,
  DefaultTransactionalRepository,
  Entity,
  model,
  property,
} from '@loopback/repository';
import {inTransaction} from '../../index';
import {makeDataSource} from '../support/connector/data-source';

const readme = readFileSync(
  path.resolve(__dirname, '../../../README.md'),
  'utf8',
);

describe('the README', () => {
  it('shows the plan that its example has', async () => {
    @model({
      settings: {
        indexes: {
          biggest_of_country: {keys: {country: 1, population: -1}},
        },
      },
    })
    class City extends Entity {
      @property({type: 'number', id: true, generated: true})
      id?: number;
      @property({type: 'string', index: {unique: true}})
      code?: string;
      @property({type: 'string', index: true})
      country?: string;
      @property({type: 'number'})
      population?: number;
    }
    const dataSource = makeDataSource();
    const cities = new DefaultCrudRepository<City, number>(
      City,
      dataSource as never,
    );
    const rows = Array.from({length: 60}, (_, i) => ({
      code: `c${i}`,
      country: i % 2 === 0 ? 'JP' : 'FR',
      population: i,
    }));
    await cities.createAll(rows);
    const {text} = dataSource.connector.explain('City', {
      where: {country: 'JP'},
      order: 'population DESC',
      limit: 10,
    });
    assert.ok(readme.includes(`\`\`\`text\n${text}\n\`\`\``), text);
  });

  it('moves money as its example of a transaction does', async () => {
    @model()
    class Account extends Entity {
      @property({type: 'number', id: true})
      id!: number;
      @property({type: 'number'})
      balance!: number;
    }
    const dataSource = makeDataSource();
    const accounts = new DefaultTransactionalRepository<Account, number>(
      Account,
      dataSource as never,
    );
    await accounts.createAll([
      {id: 1, balance: 50},
      {id: 2, balance: 0},
    ]);
    const move = (): Promise<void> =>
      inTransaction(
        dataSource as never,
        async transaction => {
          const from = await accounts.findById(1, {}, {transaction});
          const to = await accounts.findById(2, {}, {transaction});
          await accounts.updateById(
            1,
            {balance: from.balance - 5},
            {transaction},
          );
          await accounts.updateById(
            2,
            {balance: to.balance + 5},
            {transaction},
          );
        },
        {isolationLevel: 'SERIALIZABLE', retries: 5},
      );
    await Promise.all([move(), move(), move()]);
    const balances = (await accounts.find()).map(({balance}) => balance);
    assert.deepEqual(balances, [35, 15]);
  });

  it('links to documents that there are', () => {
    const links = [...readme.matchAll(/\]\(((?:docs|examples)\/[^)]*)\)/g)];
    assert.ok(links.length > 3);
    for (const [, link] of links) {
      const target = path.resolve(__dirname, '../../..', link!);
      assert.doesNotThrow(() => statSync(target), link);
    }
  });
});

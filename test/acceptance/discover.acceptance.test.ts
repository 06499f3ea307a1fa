import assert from 'node:assert/strict';
import {DiscoveredApplication} from '../support/acceptance/discovered-application';
import {builtInFile, world} from '../support/connector/discovery';

/** Where `@loopback/cli` is installed; `npm run test:cli` sees to it. */
const cli = process.env['LOOPBACK_CLI'];

const skipped = cli === undefined ? ' (skipped: npm run test:cli runs it)' : '';

describe(`lb4 discover on a file${skipped}`, function () {
  this.timeout(120_000);
  let app: DiscoveredApplication | undefined;

  before(function () {
    if (cli === undefined) this.skip();
  });
  afterEach(() => app?.remove());

  /** An application that has discovered the models of a file. */
  function discovered(
    models: Readonly<Record<string, object[]>>,
    ...options: string[]
  ): DiscoveredApplication {
    app = new DiscoveredApplication(builtInFile(models));
    assert.equal(app.compile('src/datasources/db.datasource.ts'), '');
    const output = app.discover(cli!, ...options);
    assert.match(output, /create src.models.\S+\.model\.ts/, output);
    return app;
  }

  const head = `
    import {DefaultCrudRepository} from '@loopback/repository';
    import {DbDataSource} from './datasources/db.datasource';
    import * as models from './models';

    async function main(db: DbDataSource): Promise<unknown> {`;
  const tail = `
    }
    async function run() {
      const db = new DbDataSource();
      const found = await main(db);
      await db.disconnect();
      console.log(JSON.stringify(found));
    }
    void run();`;

  it('writes models that compile, and read all that is in the file', () => {
    const found = discovered(world).run(`${head}
      const cities = new DefaultCrudRepository<models.City, number>(
        models.City, db);
      const countries = new DefaultCrudRepository<models.Country, number>(
        models.Country, db);
      return {
        cities: await cities.find({order: ['id']}),
        countries: await countries.find({order: ['id']}),
        one: (await cities.findById(2)).name,
        counts: [
          await cities.count({population: {gt: 5_000_000}}),
          await cities.count({'mayor.name': 'Y. Koike'} as object),
          await countries.count({landlocked: true}),
        ],
        isDate: (await cities.findById(1)).founded as unknown instanceof Date,
        isThere: await countries.exists(6),
      };${tail}`);
    const withoutNulls = (row: object) =>
      Object.fromEntries(
        Object.entries(row).filter(([, value]) => value !== null),
      );
    assert.deepEqual(
      found.cities.map(withoutNulls),
      world.City.map(withoutNulls),
    );
    assert.deepEqual(found.countries, world.Country);
    assert.equal(found.one, 'Paris');
    assert.deepEqual(found.counts, [{count: 1}, {count: 1}, {count: 2}]);
    assert.equal(found.isDate, true);
    assert.equal(found.isThere, false);
  });

  it('writes what is unique and required, so that the connector holds to it', () => {
    const found = discovered(world).run(`${head}
      const countries = new DefaultCrudRepository<models.Country, number>(
        models.Country, db);
      const codeOf = (data: object) => countries.create(data).then(
        () => 'created', error => error.code ?? error.name);
      return [
        await codeOf({code: 'JP', name: 'Nippon', landlocked: false}),
        await codeOf({code: 'DE', landlocked: false}),
        await codeOf({code: 'DE', name: 'Germany', landlocked: false}),
      ];${tail}`);
    assert.deepEqual(found, ['DUPLICATE_KEY', 'ValidationError', 'created']);
  });

  it('writes relations that repositories follow, and keys that hold', () => {
    const found = discovered(world, '--relations').run(`
      import {BelongsToAccessor} from '@loopback/repository';
      ${head}
      class Cities extends DefaultCrudRepository<models.City, number> {
        readonly country: BelongsToAccessor<models.Country, number>;
        constructor() {
          super(models.City, db);
          const countries = new DefaultCrudRepository<models.Country, number>(
            models.Country, db);
          this.country = this.createBelongsToAccessorFor(
            'country', async () => countries);
          this.registerInclusionResolver('country', this.country.inclusionResolver);
        }
      }
      const cities = new Cities();
      const found = await cities.find({order: ['id'], include: ['country']});
      const error = await cities.create({name: 'Oz', countryId: 99})
        .catch(error => error);
      return {
        names: found.map(city => (city as {country?: models.Country}).country?.name ?? null),
        code: error.code,
      };${tail}`);
    assert.deepEqual(found, {
      names: ['Japan', 'France', null],
      code: 'FOREIGN_KEY_VIOLATION',
    });
  });

  it('finds the table of a model that it gives another name', () => {
    const found = discovered({
      post_comments: [
        {id: 1, text: 'a'},
        {id: 2, text: 'b'},
      ],
    }).run(`${head}
      const comments = new DefaultCrudRepository<models.PostComments, number>(
        models.PostComments, db);
      return comments.find({where: {text: 'b'}});${tail}`);
    assert.deepEqual(found, [{id: 2, text: 'b'}]);
  });
});

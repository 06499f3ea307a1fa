import assert from 'node:assert/strict';
import {
  discovering,
  type DiscoveringDataSource,
} from '../support/connector/discovery';
import {makeDataSource} from '../support/connector/data-source';
import {
  mysqlDatabase,
  mysqlUrl,
  postgresqlDatabase,
  postgresqlUrl,
  type TestDatabase,
} from '../support/transfer/databases';

/* The same two tables here and in a SQL database, made by their models. */

/** Texts of PostgreSQL have a length by their type only. */
function varying(dataLength: number): object {
  return {dataType: 'character varying', dataLength};
}

const parent = {
  code: {
    type: String,
    id: true,
    required: true,
    length: 5,
    postgresql: varying(5),
  },
  name: {type: String, required: true, length: 80, postgresql: varying(80)},
};
const child = {
  id: {type: Number, id: true, generated: true},
  parent_code: {type: String, length: 5, postgresql: varying(5)},
  price: {
    type: Number,
    precision: 10,
    scale: 2,
    postgresql: {dataType: 'numeric', dataPrecision: 10, dataScale: 2},
    mysql: {dataType: 'decimal', dataPrecision: 10, dataScale: 2},
  },
  at: {type: Date, required: true},
  open: Boolean,
};
const childSettings = {
  foreignKeys: {
    child_parent: {
      name: 'child_parent',
      entity: 'parent',
      entityKey: 'code',
      foreignKey: 'parent_code',
      onDelete: 'CASCADE',
    },
  },
};

const servers = [
  {
    name: 'postgresql',
    title: 'PostgreSQL',
    url: postgresqlUrl,
    make: postgresqlDatabase,
  },
  {
    name: 'mysql',
    title: 'MySQL or MariaDB',
    url: mysqlUrl,
    make: mysqlDatabase,
  },
];
for (const {make, name, title, url} of servers) {
  describe(`discovery beside that of ${title}`, function () {
    this.timeout(30_000);
    let database: TestDatabase;
    let sql: DiscoveringDataSource;
    let own: DiscoveringDataSource;
    let place: {schema: string; owner: string};

    before(async function () {
      // Skipped without a server: TEST_POSTGRESQL_URL, TEST_MYSQL_URL.
      if (url === undefined) this.skip();
      process.noDeprecation = true;
      database = await make();
      const {DataSource} = require('loopback-datasource-juggler');
      const connector = require(`loopback-connector-${name}`);
      const made = new DataSource({...database.config, connector});
      own = discovering(makeDataSource());
      sql = made;
      for (const each of [made, own]) {
        each.define('parent', parent);
        each.define('child', child, childSettings);
      }
      await made.autoupdate(['parent', 'child']);
      const schema = made.connector.getDefaultSchema();
      place = {schema, owner: schema};
    });
    after(async () => {
      process.noDeprecation = false;
      if (url === undefined) return;
      await sql.disconnect();
      await database.drop();
    });

    /** What both tell of a table, without the owners and what only they have a word for. */
    async function told(
      call: Call,
      table: string,
      ...without: string[]
    ): Promise<[there: object[], here: object[]]> {
      const there: object[] = await sql[call](table, {...place});
      const here: object[] = await own[call](table);
      const names = Object.keys(there[0] ?? {}).filter(
        member => !without.includes(member) && !/owner$/i.test(member),
      );
      const common = (rows: readonly any[]) =>
        sorted(rows).map(row =>
          Object.fromEntries(names.map(name => [name, plain(name, row[name])])),
        );
      return [common(there), common(here)];
    }

    it('columns have the same members, lengths, digits and types', async () => {
      // Integers of SQL have digits, types other names, and both a word of their own.
      const other = [
        'dataType',
        'dataPrecision',
        'dataScale',
        'columnType',
        'identityGenerated',
      ];
      const [parents, ownParents] = await told(
        'discoverModelProperties',
        'parent',
        ...other,
      );
      assert.deepEqual(ownParents, parents);
      const words = name === 'mysql' ? ['type'] : ['generated'];
      const [children, ownChildren] = await told(
        'discoverModelProperties',
        'child',
        ...other,
        ...words,
      );
      assert.deepEqual(ownChildren, children);
      const [there, here] = await told('discoverModelProperties', 'child');
      const price = (rows: any[]) =>
        rows.find(({columnName}) => columnName === 'price');
      for (const digits of ['dataPrecision', 'dataScale']) {
        assert.equal(price(here)[digits], price(there)[digits]);
      }
    });

    it('ids and foreign keys are told alike', async () => {
      for (const table of ['parent', 'child']) {
        const [ids, ownIds] = await told(
          'discoverPrimaryKeys',
          table,
          'pkName',
        );
        assert.deepEqual(ownIds, ids);
        const [keys, ownKeys] = await told(
          'discoverForeignKeys',
          table,
          'pkName',
        );
        assert.deepEqual(ownKeys, keys);
      }
      // That of PostgreSQL's connector fails: missing FROM-clause entry for table "tc".
      if (name === 'postgresql') return;
      const call = 'discoverExportedForeignKeys';
      const [exported, ownExported] = await told(call, 'parent', 'pkName');
      assert.deepEqual(ownExported, exported);
    });

    it('models have the same members, the names of the database under its key', async () => {
      const [there] = Object.values<any>(
        await sql.discoverSchemas('child', {...place}),
      );
      const [here] = Object.values<any>(await own.discoverSchemas('child', {}));
      assert.equal(here.name, there.name);
      assert.equal(here.options.memory.table, there.options[name].table);
      assert.deepEqual(
        Object.keys(here.properties).sort(),
        Object.keys(there.properties).sort(),
      );
      for (const [property, known] of Object.entries<any>(there.properties)) {
        const told = here.properties[property];
        const renamed = (member: string) =>
          member === name ? 'memory' : member;
        assert.deepEqual(Object.keys(told), Object.keys(known).map(renamed));
        assert.equal(told.memory.columnName, known[name].columnName);
        // PostgreSQL's connector does not see that an id is generated.
        if (property !== 'id') assert.equal(told.required, known.required);
      }
    });
  });
}

type Call =
  | 'discoverModelProperties'
  | 'discoverPrimaryKeys'
  | 'discoverForeignKeys'
  | 'discoverExportedForeignKeys';

/** PostgreSQL tells columns in any order. */
function sorted(rows: readonly any[]): any[] {
  return rows.toSorted((a, b) => (a.columnName < b.columnName ? -1 : 1));
}

/** PostgreSQL's connector says YES where others say Y, and MySQL's 1 for true. */
function plain(member: string, value: unknown): unknown {
  if (member === 'generated') return Boolean(value);
  return member === 'nullable' ? String(value)[0] : value;
}

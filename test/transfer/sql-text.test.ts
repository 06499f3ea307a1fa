import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import type {SqlDialect} from '../../lib/transfer/dialects';
import {sqlScript} from '../../lib/transfer/sql-text';
import type {TransferTable} from '../../lib/transfer/tables';
import {
  hasSqlite,
  mysqlDatabase,
  mysqlUrl,
  postgresqlDatabase,
  sqlite,
  type TestDatabase,
} from '../support/transfer/databases';
import {refersTo, tableOf} from '../support/transfer/tables';

function scriptOf(
  tables: readonly TransferTable[],
  dialect: SqlDialect,
): string {
  return [...sqlScript(tables, dialect).text(() => undefined)].join('');
}

const texts = [
  '',
  "it's",
  'back\\slash\\',
  '"double" and `tick`',
  'two\nlines\r\n\ttab',
  ' blanks ',
  'Kraków 東京 🏙',
  "'; DROP TABLE x; --",
  '%s $1 ? :name \\x41 \\u0041',
];
const numbers = [
  0.1,
  -1.5,
  1e-7,
  5e-324,
  1.7976931348623157e308,
  0.1 + 0.2,
  123456789.12345679,
  2 ** 60,
  1 / 3,
];
const rows = Array.from({length: 9}, (_, i) => ({
  id: i + 1,
  text: texts[i],
  double: numbers[i],
  whole: i * 1e9 - 4,
  huge: 2n ** 70n + BigInt(i),
  isOpen: i % 2 === 0,
  at: new Date(Date.UTC(1969 + i * 20, 1, 28, 23, 59, 59, i * 111)),
  bytes: Buffer.from([0, 39, 92, 255, i]),
  place: {lat: 52.229770000000002 + i / 7, lng: -21.1},
  tags: ['a', {deep: [i, null, texts[i]]}],
  ...(i % 3 === 0 ? {maybe: i} : {maybe: null}),
}));
const everything = tableOf(
  'Thing',
  {
    idGeneration: 'number',
    columns: {id: 'number', text: 'string', isOpen: 'boolean', at: 'date'},
    indexes: [
      {
        name: 'text_index',
        kind: 'ordered',
        keys: [{path: 'text', direction: -1}],
        isUnique: true,
      },
      {
        name: 'place',
        kind: 'geo',
        keys: [{path: 'place', direction: 1}],
        isUnique: false,
      },
    ],
  },
  rows,
);

/** Two tables that refer to each other, and one to itself, children first. */
const circle = [
  tableOf('Employee', {foreignKeys: [refersTo('Team', 'team')]}, [
    {id: 'a', team: 1, boss: 'b'},
    {id: 'b', team: 2, boss: null},
  ]),
  tableOf('Team', {foreignKeys: [refersTo('Employee', 'lead')]}, [
    {id: 1, lead: 'a'},
    {id: 2, lead: null},
  ]),
  tableOf('Node', {foreignKeys: [refersTo('Node', 'above')]}, [
    {id: 1, above: 2},
    {id: 2, above: null},
  ]),
];

/** What of a database holds for PostgreSQL and MySQL alike. */
function suite(
  dialect: 'postgresql' | 'mysql',
  open: () => Promise<TestDatabase>,
): void {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await open();
  });
  afterEach(() => database.drop());

  it('has every value as it was, and its type', async () => {
    await database.run(scriptOf([everything], dialect));
    const table = dialect === 'mysql' ? '`Thing`' : 'thing';
    const found = await database.rows(`SELECT * FROM ${table} ORDER BY id`);
    assert.equal(found.length, rows.length);
    for (const [i, row] of rows.entries()) {
      const lower = Object.fromEntries(
        Object.entries(found[i]!).map(([key, value]) => [
          key.toLowerCase(),
          value,
        ]),
      );
      const {at, bytes, double, huge, id, isopen, maybe, tags, text, whole} =
        lower;
      assert.equal(id, row.id);
      assert.equal(text, row.text);
      assert.equal(Number(double), row.double);
      assert.equal(BigInt(whole as string), BigInt(row.whole));
      assert.equal(BigInt(huge as string), row.huge);
      assert.equal(Boolean(isopen), row.isOpen);
      assert.deepEqual(at, row.at);
      assert.deepEqual(Buffer.from(bytes as Buffer), row.bytes);
      const parsed = typeof tags === 'string' ? JSON.parse(tags) : tags;
      assert.deepEqual(parsed, row.tags);
      assert.equal(maybe, row.maybe);
    }
  });

  it('counts its ids on behind the greatest', async () => {
    await database.run(scriptOf([everything], dialect));
    const table = dialect === 'mysql' ? '`Thing`' : 'thing';
    await database.run(`INSERT INTO ${table} (text) VALUES ('new')`);
    const [row] = await database.rows(
      `SELECT id FROM ${table} WHERE text = 'new'`,
    );
    assert.equal(row!['id'], 10);
  });

  it('holds the foreign keys of tables that refer to each other', async () => {
    await database.run(scriptOf(circle, dialect));
    const statement =
      dialect === 'mysql'
        ? "INSERT INTO `Employee` (id, team) VALUES ('c', 9)"
        : "INSERT INTO employee (id, team) VALUES ('c', 9)";
    await assert.rejects(database.run(statement), /foreign key/i);
    const nodes = await database.rows(
      `SELECT above FROM ${dialect === 'mysql' ? '`Node`' : 'node'} WHERE id = 1`,
    );
    assert.deepEqual({...nodes[0]}, {above: 2});
  });

  it('has texts and numbers of any kind as they were', async () => {
    const text = fc.string({unit: 'grapheme', maxLength: 40});
    const row = fc.record({
      text: text.map(text => text.replaceAll('\0', '')),
      double: fc.double({noNaN: true, noDefaultInfinity: true}),
    });
    const [sample] = fc.sample(
      fc.array(row, {minLength: 300, maxLength: 300}),
      {
        numRuns: 1,
        seed: Number(process.env['FC_SEED'] ?? 1),
      },
    );
    const all = sample!.map((row, id) => ({id, ...row, half: id + 0.5}));
    await database.run(scriptOf([tableOf('Any', {}, all)], dialect));
    const table = dialect === 'mysql' ? '`Any`' : '"any"';
    const found = await database.rows(`SELECT * FROM ${table} ORDER BY id`);
    for (const [i, {text, double}] of all.entries()) {
      assert.equal(found[i]!['text'], text);
      assert.ok(Number(found[i]!['double']) === double, `${double}`);
    }
  });
}

describe('A script of SQL for PostgreSQL', () => {
  suite('postgresql', postgresqlDatabase);

  it('has numbers that are none, and dates of all years', async () => {
    const database = await postgresqlDatabase();
    const values = [
      {id: 1, n: Number.NaN, at: new Date('0044-03-15T10:00:00Z')},
      {id: 2, n: Infinity, at: new Date('-000043-03-15T10:00:00Z')},
      {id: 3, n: -Infinity, at: new Date('+010000-01-01T00:00:00.001Z')},
      {id: 4, n: -0, at: null},
    ];
    try {
      await database.run(scriptOf([tableOf('N', {}, values)], 'postgresql'));
      const found = await database.rows(
        "SELECT n::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD AD HH24:MI:SS.MS') AS at FROM n ORDER BY id",
      );
      assert.deepEqual(
        found.map(row => ({...row})),
        [
          {n: 'NaN', at: '0044-03-15 AD 10:00:00.000'},
          {n: 'Infinity', at: '0044-03-15 BC 10:00:00.000'},
          {n: '-Infinity', at: '10000-01-01 AD 00:00:00.001'},
          {n: '-0', at: null},
        ],
      );
    } finally {
      await database.drop();
    }
  });

  it('takes effect as a whole or not at all', async () => {
    const database = await postgresqlDatabase();
    const orphan = tableOf('Child', {foreignKeys: [refersTo('Dad', 'dad')]}, [
      {id: 1, dad: 7},
    ]);
    const script = scriptOf(
      [orphan, tableOf('Dad', {}, [{id: 1}])],
      'postgresql',
    );
    try {
      await assert.rejects(database.run(script), /foreign key/);
      await database.run('ROLLBACK');
      const found = await database.rows(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'",
      );
      assert.deepEqual(found, []);
    } finally {
      await database.drop();
    }
  });
});

describe('A script of SQL for MySQL', function () {
  before(function () {
    // Skipped without a server: TEST_MYSQL_URL=mysql://root@127.0.0.1:3306
    if (mysqlUrl === undefined) this.skip();
  });
  if (mysqlUrl !== undefined) suite('mysql', mysqlDatabase);
  else it('is tried where TEST_MYSQL_URL names a server', () => assert.fail());
});

describe('A script of SQL for SQLite', function () {
  let directory: string;
  before(function () {
    // Skipped without the shell of SQLite.
    if (!hasSqlite()) this.skip();
    directory = mkdtempSync(path.join(tmpdir(), 'sqlite-'));
  });
  after(() => {
    if (directory !== undefined) rmSync(directory, {recursive: true});
  });

  it('has every value as it was, and its type', () => {
    const file = path.join(directory, 'all.db');
    sqlite(file, scriptOf([everything], 'sqlite'));
    const found = JSON.parse(
      sqlite(
        file,
        'SELECT *, hex(bytes) AS hex, ieee754_mantissa(double) AS mantissa, ' +
          'ieee754_exponent(double) AS exponent, ' +
          'typeof(double) AS type, length(text) AS length FROM Thing ORDER BY id',
        '-json',
      ),
    );
    for (const [i, row] of rows.entries()) {
      const {
        at,
        exponent,
        hex,
        huge,
        isOpen,
        length,
        mantissa,
        place,
        tags,
        text,
        type,
      } = found[i];
      assert.equal(text, row.text);
      assert.equal(length, Array.from(row.text!).length);
      assert.equal(mantissa * 2 ** exponent, row.double);
      assert.equal(type, 'real');
      assert.equal(huge, String(row.huge));
      assert.equal(isOpen, row.isOpen ? 1 : 0);
      assert.equal(at, row.at.toISOString());
      assert.equal(hex, row.bytes.toString('hex').toUpperCase());
      assert.deepEqual(JSON.parse(place), row.place);
      assert.deepEqual(JSON.parse(tags), row.tags);
    }
    sqlite(file, "INSERT INTO Thing (text) VALUES ('new')");
    const [{id}] = JSON.parse(
      sqlite(file, "SELECT id FROM Thing WHERE text = 'new'", '-json'),
    );
    assert.equal(id, 10);
  });

  it('holds the foreign keys of tables that refer to each other', () => {
    const file = path.join(directory, 'circle.db');
    assert.equal(sqlite(file, scriptOf(circle, 'sqlite')), '');
    const violations = sqlite(
      file,
      "PRAGMA foreign_keys = OFF; INSERT INTO Employee (id, team) VALUES ('c', 9); PRAGMA foreign_key_check;",
    );
    assert.match(violations, /Employee\|.*\|Team\|/);
  });

  it('has a NUL within a text', () => {
    const file = path.join(directory, 'nul.db');
    const nul = tableOf('Nul', {}, [{id: 1, text: 'a\0b'}]);
    sqlite(file, scriptOf([nul], 'sqlite'));
    const hex = sqlite(file, 'SELECT hex(text), typeof(text) FROM Nul');
    assert.equal(hex.trim(), '610062|text');
  });
});

describe('A script of SQL', () => {
  it('refuses values that the database has not, and names row and property', () => {
    const cases: [SqlDialect, unknown, RegExp][] = [
      ['postgresql', 'a\0b', /T 7: value is .* NUL character/],
      ['mysql', Number.NaN, /T 7: value is NaN, which MySQL has no number for/],
      ['sqlite', Number.NaN, /T 7: value is NaN, which SQLite has no number/],
      ['mysql', Infinity, /Infinity, which MySQL/],
      ['sqlite', 'half \ud83d', /half a character/],
      ['postgresql', new Date(Number.NaN), /Invalid Date/],
      ['mysql', new Date('+010000-01-01T00:00:00Z'), /years that MySQL has/],
    ];
    for (const [dialect, value, problem] of cases) {
      const table = tableOf('T', {}, [{id: 7, value}]);
      assert.throws(() => scriptOf([table], dialect), {
        code: 'INVALID_VALUE',
        message: problem,
      });
    }
  });

  it('refuses names that fall together, and names that are too long', () => {
    const table = tableOf('T', {}, [{id: 1, a: 1, A: 2}]);
    const long = tableOf('T'.repeat(64), {}, [{id: 1}]);
    for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const) {
      assert.throws(() => scriptOf([table], dialect), {
        code: 'INVALID_MODEL',
        message: /the properties a and A would be one column/,
      });
      assert.throws(
        () => scriptOf([long], dialect),
        /longer than the 63 bytes/,
      );
    }
  });

  it('takes the narrowest type that holds all values, and that of what is referred to', () => {
    const parent = tableOf('P', {columns: {id: 'number'}}, [{id: 2 ** 40}]);
    const child = tableOf(
      'C',
      {
        columns: {id: 'number', p: 'number', price: 'number', none: 'number'},
        limits: {price: {precision: 9, scale: 2}, code: {maxLength: 4}},
        foreignKeys: [refersTo('P', 'p')],
      },
      [
        {id: 1, p: null, price: 1.25, code: 'abcd', mixed: 1},
        {id: 2, mixed: 'x'},
      ],
    );
    const script = scriptOf([child, parent], 'postgresql');
    const lines = [
      '"p" BIGINT,',
      '"price" NUMERIC(9,2),',
      '"none" DOUBLE PRECISION,',
      '"code" VARCHAR(4),',
      '"mixed" JSONB,',
    ];
    for (const line of lines) assert.ok(script.includes(line), line);
    assert.match(
      script,
      /^-- C\.mixed has values of several types, and is JSON\.$/m,
    );
    assert.ok(script.indexOf('TABLE "p"') < script.indexOf('TABLE "c"'));
  });

  it('gives texts in keys of MySQL a length, and says which index it has not', () => {
    const index = (name: string, isUnique: boolean, ...paths: string[]) => ({
      name,
      kind: 'ordered' as const,
      keys: paths.map(path => ({path, direction: 1 as const})),
      isUnique,
    });
    const table = tableOf(
      'T',
      {
        indexes: [
          index('short', true, 'short'),
          index('long', false, 'long'),
          index('long_unique', true, 'long'),
          index('inside', false, 'object.city'),
        ],
      },
      [{id: 'a', short: 'x', long: 'y'.repeat(1_000), object: {city: 1}}],
    );
    const script = scriptOf([table], 'mysql');
    assert.match(script, /`id` VARCHAR\(191\) NOT NULL/);
    assert.match(script, /CREATE UNIQUE INDEX `T_short` ON `T` \(`short`\);/);
    assert.match(script, /CREATE INDEX `T_long` ON `T` \(`long`\(191\)\);/);
    assert.match(script, /^-- T: the index long_unique is left out/m);
    assert.match(script, /^-- T: the index inside is left out/m);
    const ofText = tableOf('T', {}, [{id: 'y'.repeat(1_000)}]);
    assert.throws(
      () => scriptOf([ofText], 'mysql'),
      /longer than the 3072 bytes/,
    );
  });

  it('leaves out a foreign key to a table that is not there, and says so', () => {
    const child = tableOf('C', {foreignKeys: [refersTo('P', 'p')]}, [{id: 1}]);
    const script = sqlScript([child], 'postgresql');
    assert.deepEqual(script.notes, [
      'C: the foreign key p_key is left out, for there is no P.',
    ]);
  });
});

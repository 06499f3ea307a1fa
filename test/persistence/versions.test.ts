import assert from 'node:assert/strict';
import {copyFileSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {editFile, repairFile} from '../../lib/database/edit-file';
import {decodeHeader} from '../../lib/persistence/journal/format';
import {formatVersion} from '../../lib/persistence/journal/versions';
import {rowsOf} from '../support/connector/files';
import {useDirectory} from '../support/persistence/directory';
import {asOfVersion} from '../support/persistence/newer-journal';
import {
  begun,
  going,
  type Models,
  openStored,
  storedNames,
  storeFiles,
} from '../support/persistence/stored-files';

const stored = path.resolve(__dirname, '../../../test/persistence/data');

/** The rows that the files hold, of every version. */
const rows: Record<string, Record<keyof Models, object[]>> = {
  [begun]: {
    City: [
      {
        id: 1,
        name: 'Kraków "1"\n',
        founded: new Date(0),
        flag: Buffer.from('a'),
      },
      {id: 2, name: '', flag: Buffer.from([0, 255])},
    ],
    Code: [
      {code: '2', n: -0},
      {code: 'ü/~', n: 1},
    ],
    Line: [
      {order: 1, line: 'a', text: 'first'},
      {order: 1, line: 'b', text: 'second'},
    ],
    Value: [{id: new Date(1), any: {deep: [1n, {'a/b': new Date(2)}]}}],
    Visit: [{n: 1}, {n: 2}],
    Log: [
      {id: 1, text: 'x'},
      {id: 2, text: 'y'},
    ],
  },
  [going]: {
    City: [
      {
        id: 1,
        name: 'Kraków "1"\n',
        founded: new Date(86_400_000),
        flag: Buffer.from('a'),
      },
      {id: 2, name: '', flag: Buffer.from([0, 255])},
      {id: 4, name: 'in a transaction'},
    ],
    Code: [
      {code: '2', n: 7},
      {code: 'ü/~', n: 1},
    ],
    Line: [{order: 1, line: 'b', text: 'second'}],
    Value: [
      {id: new Date(3), any: Number.NaN},
      {id: new Date(4), any: [-0, Number.NEGATIVE_INFINITY, 2n ** 70n]},
      {id: new Date(5), any: Buffer.from('bytes')},
    ],
    Visit: [{n: 1}, {n: 20}, {n: 3}],
    Log: [{id: 3, text: 'after all were gone'}],
  },
};

/** The ids that are generated next. */
const nextIds = {[begun]: {City: 4, Log: 3}, [going]: {City: 5, Log: 4}};

type Stored = Awaited<ReturnType<typeof openStored>>;

async function assertRows(
  {models}: Stored,
  expected: Record<string, object[]>,
): Promise<void> {
  for (const [name, model] of Object.entries(models)) {
    const found = (await rowsOf(model)).map(withoutUndefined);
    assert.deepStrictEqual(found, expected[name], name);
  }
}

/** Models give properties that rows do not have as undefined. */
function withoutUndefined(row: object): object {
  const members = Object.entries(row);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** What the header of a journal says with which version it was written. */
function versionOf(file: string): number {
  const bytes = readFileSync(`${file}.journal`);
  const decoded = decodeHeader(bytes.subarray(0, bytes.indexOf('\n')));
  assert.ok(decoded.kind === 'header');
  return decoded.version;
}

function copyStored(version: string, to: string): void {
  for (const name of storedNames) {
    copyFileSync(path.join(stored, version, name), path.join(to, name));
  }
}

describe('Files that were stored', () => {
  const pathOf = useDirectory();
  const versions = readdirSync(stored);

  it('are there of each version up to the present one', () => {
    const names = Array.from(
      {length: formatVersion},
      (_, i) => `version-${i + 1}`,
    );
    assert.deepEqual(versions.toSorted(), names.toSorted());
  });

  for (const version of versions) {
    for (const name of [begun, going] as const) {
      it(`in ${version} have their rows: ${name}`, async () => {
        copyStored(version, pathOf('.'));
        const reader = await openStored(pathOf(name), {readOnly: true});
        await assertRows(reader, rows[name]!);
        await reader.dataSource.disconnect();
      });

      it(`in ${version} are gone on with: ${name}`, async () => {
        copyStored(version, pathOf('.'));
        const first = await openStored(pathOf(name));
        const {City, Log} = first.models;
        const {City: id, Log: logId} = nextIds[name];
        const city = await City.create({name: 'new'});
        const log = await Log.create({text: 'new'});
        assert.deepEqual([city.id, log.id], [id, logId]);
        // Records are of the version of their header.
        assert.equal(versionOf(pathOf(name)), formatVersion);
        const expected = {
          ...rows[name]!,
          City: [...rows[name]!.City, {id, name: 'new'}],
          Log: [...rows[name]!.Log, {id: logId, text: 'new'}],
        };
        const reader = await openStored(pathOf(name), {readOnly: true});
        await assertRows(reader, expected);
        await reader.dataSource.disconnect();
        await first.dataSource.disconnect();
        const again = await openStored(pathOf(name));
        await assertRows(again, expected);
        assert.equal(await again.dataSource.connector.isActual(), true);
        await again.dataSource.disconnect();
      });
    }
  }

  it('say since version 2 for which schemas their rows were written', () => {
    for (const version of versions) {
      const knowsSchemas = version !== 'version-1';
      const bytes = (name: string) =>
        readFileSync(path.join(stored, version, name), 'utf8');
      assert.equal('schemas' in JSON.parse(bytes(going)), knowsSchemas);
      const commits = bytes(`${begun}.journal`);
      assert.equal(commits.includes('"schema":{"primaryKey"'), knowsSchemas);
    }
  });

  it('say since version 3 that ids have gone back', () => {
    for (const version of versions) {
      const commits = readFileSync(
        path.join(stored, version, `${going}.journal`),
        'utf8',
      );
      const goesBack = version !== 'version-1' && version !== 'version-2';
      assert.equal(commits.includes('"restartsIds":true'), goesBack);
    }
  });

  it('in the present version are, byte for byte, what is written', async () => {
    const now = pathOf('now');
    await storeFiles(now);
    for (const name of storedNames) {
      assert.equal(
        readFileSync(path.join(now, name), 'utf8'),
        readFileSync(
          path.join(stored, `version-${formatVersion}`, name),
          'utf8',
        ),
        name,
      );
    }
  });
});

describe('Files of a newer version', () => {
  const pathOf = useDirectory();
  const refused = {code: 'DATA_TOO_NEW', message: /was written by a newer/};
  let file = '';

  beforeEach(() => {
    copyStored(`version-${formatVersion}`, pathOf('.'));
    file = pathOf(going);
  });

  /** Makes the journal one of a newer version. */
  function put(reader: number, damage = (text: string): string => text): void {
    const versions = {written: formatVersion + 1, reader};
    const journal = readFileSync(`${file}.journal`);
    const newer = asOfVersion(journal, versions, withMore).toString('latin1');
    writeFileSync(`${file}.journal`, damage(newer), 'latin1');
  }

  function bytesOfAll(): Record<string, string> {
    const names = readdirSync(pathOf('.')).filter(
      name => !name.endsWith('.lock'),
    );
    return Object.fromEntries(
      names.map(name => [name, readFileSync(pathOf(name), 'latin1')]),
    );
  }

  /** Tries all that would write, and makes sure that nothing is changed. */
  async function assertNotWritten(): Promise<void> {
    const before = bytesOfAll();
    await assert.rejects(openStored(file), refused);
    await assert.rejects(
      editFile(file, () => true),
      refused,
    );
    assert.deepEqual(bytesOfAll(), before);
  }

  it('are read, and not written, where readers may ignore what is new', async () => {
    put(formatVersion);
    const reader = await openStored(file, {readOnly: true});
    await assertRows(reader, rows[going]!);
    await reader.dataSource.disconnect();
    await assertNotWritten();
    assert.deepEqual((await repairFile(file, {})).kept, []);
  });

  it('are not written though the journal has no commits', async () => {
    put(formatVersion, text => text.slice(0, text.indexOf('\n') + 1));
    await assertNotWritten();
    writeFileSync(file, '{}');
    await assertNotWritten();
  });

  it('are not repaired when they are damaged', async () => {
    put(formatVersion, text => text.replace('transaction', 'transactioN'));
    const before = bytesOfAll();
    for (const choices of [{}, {takesLater: true}, {leavesJournal: true}]) {
      await assert.rejects(repairFile(file, choices), refused);
    }
    assert.deepEqual(bytesOfAll(), before);
  });

  it('are refused where readers must know what is new', async () => {
    put(formatVersion + 1);
    await assertNotWritten();
    await assert.rejects(openStored(file, {readOnly: true}), refused);
    const before = bytesOfAll();
    for (const choices of [{}, {takesLater: true}, {leavesJournal: true}]) {
      await assert.rejects(repairFile(file, choices), refused);
    }
    assert.deepEqual(bytesOfAll(), before);
  });
});

/** A header or payload with members that are not known, at every place. */
function withMore(json: any): object {
  const {changes} = json;
  if (changes === undefined) return {...json, host: 'ü'};
  return {
    at: 5,
    changes: changes.map(({put, ...change}: any) => ({
      ...change,
      ...(put && {
        put: put.map(([id, row, types = {}, idTypes = {}]: any) => [
          id,
          row,
          types,
          idTypes,
          'more',
        ]),
      }),
      why: ['x'],
    })),
  };
}

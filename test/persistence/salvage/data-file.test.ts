import assert from 'node:assert/strict';
import {parseDataFile} from '../../../lib/persistence/data-file/reader';
import {salvageData} from '../../../lib/persistence/salvage/data-file';

const rowsOf = (letter: string, count: number) =>
  Object.fromEntries(
    Array.from({length: count}, (_, i) => [
      String(i + 1),
      JSON.stringify({id: i + 1, name: `${letter} {"${i}"}`}),
    ]),
  );

const models = {A: rowsOf('a', 4), B: rowsOf('b', 3), C: {}, D: rowsOf('d', 2)};
const ids = {A: 5, B: 4, C: 1, D: 3};
const types = {A: {all: {'/at': 'date'}}};
const document = {ids, models, types, mine: {x: [1, {y: 2}]}};

/** The file as this connector writes it, and on a single line. */
const texts = [JSON.stringify(document, null, 2), JSON.stringify(document)];

/** The rows that can be saved of a file, each `model key`. */
function saved(bytes: Buffer): string[] {
  const salvaged = salvageData('db.json', bytes);
  const {tables} = parseDataFile('saved', salvaged.bytes);
  const found: string[] = [];
  for (const [model, {keys, rows}] of tables) {
    for (const [i, key] of keys.entries()) {
      const original = (models as any)[model]?.[key];
      assert.equal(JSON.stringify(rows[i]), original, `${model} ${key}`);
      found.push(`${model} ${key}`);
    }
  }
  assert.equal(found.length, salvaged.savedRows);
  return found;
}

describe('Saving rows of a damaged data file', () => {
  it('saves everything of a sound file', () => {
    for (const text of texts) {
      const {bytes, losses} = salvageData('db.json', Buffer.from(text));
      assert.deepEqual(losses, []);
      assert.deepEqual(JSON.parse(bytes.toString()), document);
    }
  });

  it('saves only true rows, wherever the file is cut', () => {
    for (const text of texts) {
      let before = 0;
      for (let end = 0; end < text.length; end++) {
        const {length} = saved(Buffer.from(text.slice(0, end)));
        assert.ok(length >= before, `byte ${end}`);
        before = length;
      }
      assert.equal(before, 9);
    }
  });

  it('loses one line, or a model whose beginning is gone, by one wrong byte', () => {
    const [text] = texts;
    for (let at = 0; at < text!.length; at++) {
      const bytes = Buffer.from(text!);
      bytes[at] = 0xff;
      assert.ok(saved(bytes).length >= 5, `byte ${at}`);
    }
  });

  it('never saves a row to another model, whichever blocks are lost', () => {
    const [text] = texts;
    for (const size of [20, 64, 200]) {
      for (let at = 0; at + size < text!.length; at++) {
        saved(Buffer.from(text!).fill(0, at, at + size));
      }
    }
  });

  it('says each loss with its line', () => {
    const [text] = texts;
    const bytes = Buffer.from(text!.replace('"2": "{', '"2": {'));
    const {losses} = salvageData('db.json', bytes);
    const line = bytes
      .toString()
      .split('\n')
      .findIndex(l => l.includes('"2": {'));
    assert.deepEqual(losses, [
      {
        file: 'db.json',
        problem: 'row 2 of A cannot be read',
        line: line + 1,
        column: 7,
      },
    ]);
  });
});

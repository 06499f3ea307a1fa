import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {parseDataFile} from '../../../lib/persistence/data-file/reader';
import {salvageData} from '../../../lib/persistence/salvage/data-file';
import {tryOften} from '../../support/random';

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

/** A file as this connector writes it, with types of rows. */
const withTypes = JSON.stringify(
  {...document, types: {A: {all: {'/at': 'date'}, rows: {2: {'/x': 'date'}}}}},
  null,
  2,
);

/** The lines of the file by what they are. */
const lines = withTypes.split('\n');
const rowLines = lines.filter(line => /^ {6}"\d": "/.test(line));

/** Lines that say to which model rows belong. */
const frame = /^ {4}("[A-D]": \{|\},?$)|^ {2}("models": \{|\},?$)/;

const savedOf = (changed: string[]): number =>
  saved(Buffer.from(changed.join('\n'))).length;

describe('A line of a data file too many or too few', () => {
  it('costs no row when it is there twice, whichever it is', () => {
    for (const [at, line] of lines.entries()) {
      const doubled = lines.toSpliced(at, 0, line);
      assert.equal(savedOf(doubled), rowLines.length, `line ${at + 1} ${line}`);
    }
  });

  it('costs no row but itself when it is missing', () => {
    for (const [at, line] of lines.entries()) {
      const own = rowLines.includes(line) ? 1 : 0;
      assert.equal(
        savedOf(lines.toSpliced(at, 1)),
        rowLines.length - own,
        `line ${at + 1} ${line}`,
      );
    }
  });

  it('costs at most the rows beside it when it changes places with the next', () => {
    for (const [at, line] of lines.entries()) {
      if (at + 1 === lines.length) continue;
      const next = lines[at + 1]!;
      const swapped = lines.toSpliced(at, 2, next, line);
      const pair = [line, next];
      const framed = pair.filter(text => frame.test(text)).length;
      // Whose rows follow then, only their model's other end could tell.
      const ofModel = framed === 2 ? 3 : 0;
      const beside = pair.filter(text => rowLines.includes(text)).length;
      const unclear = framed === 1 ? beside : ofModel;
      assert.ok(
        savedOf(swapped) >= rowLines.length - unclear,
        `line ${at + 1} ${line}`,
      );
    }
  });

  it('costs few rows when two things happen at random, and saves only true ones', () => {
    tryOften(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat({max: lines.length - 1}),
            fc.constantFrom('double', 'delete'),
          ),
          {minLength: 2, maxLength: 2},
        ),
        changes => {
          const changed = [...lines];
          for (const [at, what] of changes) {
            if (what === 'double') changed.splice(at, 0, changed[at]!);
            else changed.splice(at, 1);
          }
          const isFramed = changes.every(([at, what]) =>
            what === 'double' ? true : rowLines.includes(lines[at]!),
          );
          const count = savedOf(changed);
          if (isFramed) assert.ok(count >= rowLines.length - 2, `${count}`);
        },
      ),
      500,
    );
  });
});

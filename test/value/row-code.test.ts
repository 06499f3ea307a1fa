import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {
  compileFunction,
  type Context,
  createContext,
  runInContext,
} from 'node:vm';
import * as fc from 'fast-check';
import {copyOut} from '../../lib/value/copy';
import {RowCode, rowCodeOf} from '../../lib/value/row-code';
import {storedRow, tryOften} from '../support/random';

describe('The code for rows of a table', () => {
  it('is shared by tables that declare the same properties in the same order', () => {
    assert.equal(rowCodeOf(['id', 'name']), rowCodeOf(['id', 'name']));
    assert.notEqual(rowCodeOf(['id', 'name']), rowCodeOf(['name', 'id']));
  });

  it('copies rows as all others are copied, however many it has copied', () => {
    const code = new RowCode();
    for (let i = 0; i < 1_000; i++) code.copyOut({id: i});
    tryOften(
      fc.property(storedRow, row => {
        const copy = code.copyOut(row);
        assert.deepEqual(copy, copyOut(row));
        assert.notEqual(copy, row);
      }),
      500,
    );
  });

  it('makes copies whose dates and objects belong to the caller', () => {
    const code = new RowCode();
    const row = {at: new Date(0), place: {lat: 1}};
    for (let i = 0; i < 1_000; i++) {
      const copy = code.copyOut(row) as typeof row;
      copy.at.setTime(1);
      copy.place.lat = 2;
    }
    assert.deepEqual(row, {at: new Date(0), place: {lat: 1}});
  });

  it('makes copies without the properties that a row inherits', () => {
    const code = new RowCode();
    const row = JSON.parse('{"__proto__": {"a": 1}, "b": [1]}') as object;
    for (let i = 0; i < 1_000; i++) code.copyOut({});
    const copy = code.copyOut(row as never);
    assert.deepEqual(Object.keys(copy), ['__proto__', 'b']);
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  });

  it('selects the rows whose value compares with the operand', () => {
    const code = new RowCode();
    const rows = [{a: 1}, {a: 2}, {a: 3}, {a: 'x'}, {}];
    const found: object[] = [];
    const select = code.select(['a'], 'greaterOrEqual', 2)!;
    const sought = {operand: 2, otherwise: (row: object) => 'a' in row};
    assert.equal(select(rows, 5, found as never, sought), 3);
    assert.deepEqual(found, [{a: 2}, {a: 3}, {a: 'x'}]);
  });

  it('has no loop for what is in a row only by its prototype, or inside a property', () => {
    const code = new RowCode();
    assert.equal(code.select(['constructor'], 'equal', 1), undefined);
    assert.equal(code.select(['a', 'b'], 'equal', 1), undefined);
  });

  it('makes a bounded number of loops', () => {
    const code = new RowCode();
    const made = Array.from({length: 1_100}, (_, i) =>
      code.select([`a${i}`], 'equal', 1),
    );
    assert.equal(made.filter(Boolean).length, 1_000);
    assert.equal(code.select(['a5'], 'equal', 2), made[5]);
  });
});

describe('The code for rows in a context of its own, such as that of Jest', () => {
  it('makes copies of that context, however many', () => {
    const context = createContext();
    const file = require.resolve('../../lib/value/row-code');
    const {RowCode: OtherCode} = loadInto(context, file) as {
      RowCode: typeof RowCode;
    };
    const code = new OtherCode();
    const own = runInContext('Object.prototype', context) as object;
    assert.notEqual(own, Object.prototype);
    for (let i = 0; i < 1_000; i++) {
      assert.equal(Object.getPrototypeOf(code.copyOut({i})), own);
    }
  });
});

/** What a module exports that is loaded into a context, with those that it requires. */
function loadInto(context: Context, file: string): unknown {
  const loaded = new Map<string, {exports: unknown}>();
  const load = (name: string): unknown => {
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const module = {exports: {}};
    loaded.set(name, module);
    const run = compileFunction(
      readFileSync(name, 'utf8'),
      ['exports', 'require', 'module'],
      {parsingContext: context, filename: name},
    );
    const requireFrom = createRequire(name);
    const requireThere = (id: string): unknown =>
      id.startsWith('.')
        ? load(requireFrom.resolve(id))
        : (requireFrom(id) as unknown);
    run(module.exports, requireThere, module);
    return module.exports;
  };
  return load(file);
}

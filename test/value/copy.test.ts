import assert from 'node:assert/strict';
import {parse as parseQuery} from 'node:querystring';
import {runInNewContext} from 'node:vm';
import * as fc from 'fast-check';
import {
  copyAll,
  copyIn,
  copyOut,
  copyValueIn,
  copyValueOut,
  getOwn,
  type Row,
  setOwn,
} from '../../lib/value/copy';
import {rowWithGaps, storedRow, storedValue, tryOften} from '../support/random';
import {GeoPoint} from '../support/value/geo-point';

/** What is to be stored of a value, by the rule's words. */
function withoutGaps(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(element => withoutGaps(element) ?? null);
  }
  if (!isPlain(value)) return value;
  const kept = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(kept.map(([k, part]) => [k, withoutGaps(part)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Changes everything that can be changed inside a value. */
function ruin(value: unknown): void {
  if (value instanceof Date) value.setTime(value.getTime() === 7 ? 8 : 7);
  else if (value instanceof Uint8Array)
    value.forEach((b, i) => (value[i] = ~b));
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) ruin(part);
    if (Array.isArray(value)) value.push('ruined');
    else Object.assign(value, {ruined: true});
  }
}

function refusal(act: () => unknown): {code?: string; message?: string} {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return assert.fail('nothing was refused');
}

/** A class of the user's, without methods that say how to write it. */
class Money {
  constructor(
    readonly amount: number,
    readonly currency: {name: string},
  ) {}
  toString(): string {
    return `${this.amount} ${this.currency.name}`;
  }
}

describe('copyIn', () => {
  it('keeps every value that can be stored as it is', () => {
    tryOften(
      fc.property(fc.clone(storedRow, 2), ([row, same]) => {
        assert.deepEqual(copyIn(row), same);
      }),
      500,
    );
  });

  it('stores what does not change with what was handed in', () => {
    tryOften(
      fc.property(fc.clone(storedRow, 2), ([row, same]) => {
        const stored = copyIn(row);
        ruin(row);
        assert.deepEqual(stored, same);
      }),
      500,
    );
  });

  it('leaves what was handed in unchanged', () => {
    tryOften(
      fc.property(fc.clone(rowWithGaps, 2), ([row, same]) => {
        copyIn(row);
        assert.deepEqual(row, same);
      }),
    );
  });

  it('leaves out undefined at every depth and makes it null in arrays', () => {
    tryOften(
      fc.property(rowWithGaps, row => {
        assert.deepEqual(copyIn(row), withoutGaps(row));
      }),
      500,
    );
  });

  it('leaves out functions', () => {
    const row = {a: 1, f: () => 1, nested: {f: () => 1, list: [() => 1]}};
    assert.deepEqual(copyIn(row), {a: 1, nested: {list: [null]}});
  });

  it('fills the holes of a sparse array with null', () => {
    const list: unknown[] = [1];
    list[2] = 3;
    assert.deepEqual(copyIn({list}), {list: [1, null, 3]});
  });

  it('stores a key __proto__ as data', () => {
    const row = JSON.parse('{"__proto__": {"isAdmin": true}}') as object;
    const stored = copyIn(row);
    assert.deepEqual(Object.entries(stored), [['__proto__', {isAdmin: true}]]);
    assert.equal((stored as {isAdmin?: boolean}).isAdmin, undefined);
  });

  it('stores a nested key __proto__ as data', () => {
    const row = JSON.parse('{"a": {"__proto__": 1, "b": 2}}') as object;
    assert.deepEqual(copyIn(row), row);
  });

  it('stores a key __proto__ beside a gap as data', () => {
    const row = JSON.parse('{"__proto__": {"x": 1}}') as object;
    const stored = copyIn({...row, gap: undefined});
    assert.deepEqual(Object.entries(stored), [['__proto__', {x: 1}]]);
  });

  it('stores a key __proto__ of a class instance as data', () => {
    const money = new Money(1, {name: 'EUR'});
    setOwn(money as never, '__proto__', {x: 1});
    const {price} = copyIn({price: money}) as {price: object};
    assert.equal(Object.getPrototypeOf(price), Money.prototype);
    assert.deepEqual(getOwn(price, '__proto__'), {x: 1});
  });

  it('calls no setter of a class', () => {
    class Temperature {
      set celsius(_value: number) {
        throw new Error('called');
      }
    }
    const warm = Object.defineProperty(new Temperature(), 'celsius', {
      value: 21,
      enumerable: true,
    });
    const stored = copyIn({warm});
    assert.equal(getOwn(stored['warm'] as object, 'celsius'), 21);
    const copy = copyOut(stored)['warm'] as Temperature;
    assert.equal(getOwn(copy, 'celsius'), 21);
    assert.ok(copy instanceof Temperature);
  });

  it('stores keys that every object inherits as data', () => {
    const row = {constructor: 1, toString: 'a', hasOwnProperty: null};
    assert.deepEqual(copyIn(row), row);
  });

  it('takes an object without a prototype as a plain one', () => {
    const bare = Object.assign(Object.create(null) as object, {a: 1});
    assert.deepEqual(copyIn({bare}), {bare: {a: 1}});
  });

  it('takes what a parsed query string is as an object', () => {
    const query = parseQuery('a=1');
    const {filter} = copyIn({filter: query}) as {filter: object};
    assert.deepEqual(Object.entries(filter), [['a', '1']]);
  });

  it('takes an object whose prototype has no constructor', () => {
    const prototype = Object.create(null) as object;
    const odd = Object.assign(Object.create(prototype) as object, {a: 1});
    assert.deepEqual(Object.entries(copyIn({odd}).odd as object), [['a', 1]]);
  });

  it('takes an object of another realm with a key constructor', () => {
    const odd = runInNewContext('({constructor: null})') as object;
    const copy = copyIn({odd}).odd as object;
    assert.deepEqual(Object.entries(copy), [['constructor', null]]);
  });

  it('copies a Buffer as a Buffer', () => {
    const {bytes} = copyIn({bytes: Buffer.from('ab')});
    assert.ok(Buffer.isBuffer(bytes) && bytes.equals(Buffer.from('ab')));
  });

  it('copies bytes so that both have memory of their own', () => {
    const bytes = new Uint8Array([1, 2]);
    const copy = copyIn({bytes}).bytes as Uint8Array;
    assert.notEqual(copy.buffer, bytes.buffer);
  });

  it('keeps an invalid date as one', () => {
    const {date} = copyIn({date: new Date(Number.NaN)});
    assert.ok(date instanceof Date && Number.isNaN(date.getTime()));
  });

  it('makes a date of another realm a date of this one', () => {
    const date = runInNewContext('new Date(5)') as Date;
    assert.deepEqual(copyIn({date}), {date: new Date(5)});
  });

  it('makes bytes of another realm bytes of this one', () => {
    const bytes = runInNewContext('new Uint8Array([1, 2])') as Uint8Array;
    assert.ok(copyIn({bytes}).bytes instanceof Uint8Array);
  });

  it('makes an array of another realm an array of this one', () => {
    const list = runInNewContext('[1, {a: [2]}]') as unknown[];
    const copy = copyIn({list}).list;
    assert.equal(Object.getPrototypeOf(copy), Array.prototype);
  });

  it('keeps what an object of another realm holds', () => {
    const object = runInNewContext('({a: {b: [1]}})') as object;
    assert.equal(
      JSON.stringify(copyIn({object})),
      '{"object":{"a":{"b":[1]}}}',
    );
  });

  it('keeps a GeoPoint a GeoPoint', () => {
    const place = new GeoPoint({lat: 1, lng: 2});
    const copy = copyIn({place}).place;
    assert.ok(copy instanceof GeoPoint);
    assert.deepEqual(copy, new GeoPoint({lat: 1, lng: 2}));
    assert.notEqual(copy, place);
  });

  it('keeps the class of an instance, and copies what it holds', () => {
    const money = new Money(5, {name: 'EUR'});
    const {price} = copyIn({price: money}) as {price: Money};
    ruin(money.currency);
    assert.equal(String(price), '5 EUR');
    assert.deepEqual(price.currency, {name: 'EUR'});
  });

  it('stores what looks like an ObjectID as its string', () => {
    class ObjectId {
      toHexString() {
        return '507f1f77bcf86cd799439011';
      }
    }
    const row = {id: new ObjectId(), list: [new ObjectId()]};
    const id = '507f1f77bcf86cd799439011';
    assert.deepEqual(copyIn(row), {id, list: [id]});
  });

  it('stores what has toJSON as what that returns', () => {
    class Amount {
      toJSON() {
        return {amount: 1, gap: undefined};
      }
    }
    assert.deepEqual(copyIn({price: new Amount()}), {price: {amount: 1}});
  });

  it('leaves out what toJSON leaves out', () => {
    class Secret {
      toJSON() {
        return undefined;
      }
    }
    const secret = new Secret();
    assert.deepEqual(copyIn({secret, a: {secret}}), {a: {}});
  });

  it('stores a model instance as its properties', () => {
    class Instance {
      toObject(onlySchema: boolean) {
        return {onlySchema};
      }
    }
    assert.deepEqual(copyIn({a: new Instance()}), {a: {onlySchema: false}});
  });

  it('takes a model instance for a row', () => {
    class Instance {
      toObject() {
        return {id: 1, gap: undefined};
      }
    }
    assert.deepEqual(copyIn(new Instance()), {id: 1});
  });

  it("stores LoopBack's DateString as its text", () => {
    class DateString {
      when = '2020-01-01';
      toJSON() {
        return JSON.stringify({when: this.when});
      }
    }
    assert.deepEqual(copyIn({day: new DateString()}), {day: '2020-01-01'});
  });

  it('stores a boxed primitive as the primitive', () => {
    // oxlint-disable-next-line no-new-wrappers
    const row = {a: new Number(1), b: new String('x'), c: Object(true)};
    assert.deepEqual(copyIn(row), {a: 1, b: 'x', c: true});
  });
});

describe('copyIn refuses', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const circularList: unknown[] = [];
  circularList.push({circularList});
  const refused: readonly [title: string, value: unknown][] = [
    ['an object that contains itself', circular],
    ['an array that contains itself', circularList],
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set([1])],
    ['a Map of another realm', runInNewContext('new Map([["a", 1]])')],
    ['a Set of another realm', runInNewContext('new Set([1])')],
    ['a symbol', Symbol('s')],
    ['a boxed symbol', Object(Symbol('s'))],
    ['a RegExp', /a/],
    ['an Error', new TypeError('a')],
    ['an Error with properties', Object.assign(new Error('a'), {code: 1})],
    ['a Promise', Promise.resolve()],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a SharedArrayBuffer', new SharedArrayBuffer(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a typed array that is not bytes', new Float64Array(1)],
    ['a WeakMap', new WeakMap()],
    ['a WeakRef', new WeakRef({})],
    ['a generator', (function* () {})()],
    ['an iterator', [1].values()],
    ['what Node keeps inside', new URLSearchParams('a=1')],
    ['a RegExp of another realm', runInNewContext('/a/')],
    ['an Error of another realm', runInNewContext('new Error("a")')],
  ];
  for (const [title, value] of refused) {
    it(`${title}, naming the property`, () => {
      const error = refusal(() => copyIn({ok: 1, wrong: value}));
      assert.equal(error.code, 'INVALID_VALUE');
      assert.match(error.message!, /^Property wrong\b/);
    });
    it(`${title} inside an array, naming the place`, () => {
      const error = refusal(() => copyIn({list: [1, {wrong: value}]}));
      assert.equal(error.code, 'INVALID_VALUE');
      assert.match(error.message!, /^Property list\.1\.wrong\b/);
    });
  }

  it('an object of a class of JavaScript, naming the class and what to do', () => {
    const message = (value: unknown) =>
      refusal(() => copyIn({a: value})).message;
    const stored = 'Property a cannot be stored: it is of the class';
    assert.equal(message(/a/), `${stored} RegExp; store its source.`);
    assert.equal(message(new Int16Array(1)), `${stored} Int16Array.`);
    assert.equal(
      message(new RangeError('')),
      `${stored} RangeError; store its message.`,
    );
  });

  it('nothing that says how it is written, or has properties of its own', () => {
    class Named {
      readonly a = 1;
      readonly [Symbol.toStringTag] = 'Named';
    }
    class None {
      declare a?: number;
    }
    const url = new URL('http://a/');
    const copy = copyIn({url, named: new Named(), none: new None()});
    assert.equal(copy.url, url.href);
    assert.equal((copy.named as Named).a, 1);
    assert.equal(copy.none?.constructor.name, 'None');
  });

  const nestedTo = (depth: number): unknown =>
    depth === 0 ? 1 : [nestedTo(depth - 1)];

  it('what is nested deeper than 200', () => {
    const error = refusal(() => copyIn({deep: nestedTo(201)}));
    assert.equal(error.code, 'INVALID_VALUE');
  });

  it('nothing that is nested less deep', () => {
    const row = {deep: nestedTo(199)};
    assert.deepEqual(copyIn(row), row);
  });
});

describe('copyValueIn', () => {
  it('hands primitives through', () => {
    const values = [null, undefined, 1, 1n, 'a', true];
    assert.deepEqual(
      values.map(value => copyValueIn(value, 'a')),
      values,
    );
  });
});

describe('copyOut', () => {
  it('hands out what equals the stored row', () => {
    tryOften(
      fc.property(fc.clone(storedRow, 2), ([row, same]) => {
        assert.deepEqual(copyOut(row), same);
      }),
      500,
    );
  });

  it('hands out what can be changed without changing the stored row', () => {
    tryOften(
      fc.property(fc.clone(storedRow, 2), ([row, same]) => {
        ruin(copyOut(row));
        assert.deepEqual(row, same);
      }),
      500,
    );
  });

  it('keeps a GeoPoint a GeoPoint, apart from the stored one', () => {
    const place = new GeoPoint({lat: 1, lng: 2});
    const copy = copyOut({place}).place as typeof place;
    assert.ok(copy instanceof GeoPoint && copy !== place);
  });

  it('keeps the class of an instance, and copies what it holds', () => {
    const row: Row = {price: new Money(5, {name: 'EUR'})};
    const {price} = copyOut(row) as {price: Money};
    ruin(price.currency);
    assert.deepEqual(row.price, new Money(5, {name: 'EUR'}));
    assert.equal(String(price), '5 EUR');
  });

  it('hands out a key __proto__ as data', () => {
    const row = copyIn(JSON.parse('{"__proto__": {"x": [1]}}') as object);
    const copy = copyOut(row);
    assert.deepEqual(Object.entries(copy), [['__proto__', {x: [1]}]]);
    assert.equal((copy as {x?: unknown}).x, undefined);
  });

  it('hands out a Buffer as a Buffer with memory of its own', () => {
    const bytes = Buffer.from('ab');
    const copy = copyOut({bytes}).bytes as Buffer;
    copy.fill(0);
    assert.ok(Buffer.isBuffer(copy) && bytes.equals(Buffer.from('ab')));
  });
});

describe('copyAll', () => {
  it('hands out each row as copyOut does, whatever their number', () => {
    const stored = fc.array(storedRow, {maxLength: 200});
    tryOften(
      fc.property(stored, rows => {
        assert.deepEqual(
          copyAll(rows, copyOut),
          rows.map(row => copyOut(row)),
        );
      }),
    );
  });
});

describe('copyValueOut', () => {
  it('copies one value as a row would hand it out', () => {
    tryOften(
      fc.property(storedValue, value => {
        assert.deepEqual(copyValueOut(value), copyOut({value}).value);
      }),
    );
  });
});

describe('getOwn and setOwn', () => {
  it('never read what an object inherits', () => {
    assert.equal(getOwn({}, 'toString'), undefined);
    assert.equal(getOwn({}, '__proto__'), undefined);
  });

  it('write and read any key as data', () => {
    const name = fc.constantFrom('a', '__proto__', 'constructor', 'valueOf');
    tryOften(
      fc.property(name, storedValue, (key, value) => {
        const target: Record<string, unknown> = {};
        setOwn(target, key, value);
        assert.equal(getOwn(target, key), value);
        assert.deepEqual(Object.keys(target), [key]);
        assert.equal(Object.getPrototypeOf(target), Object.prototype);
      }),
    );
  });
});

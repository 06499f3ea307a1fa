import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import {InMemoryError} from '../../../lib/base/errors';
import {
  type DataFile,
  parseDataFile,
  readDataFile,
} from '../../../lib/persistence/data-file/reader';
import {realFileSystem} from '../../../lib/persistence/disk/file-system';
import {
  JsonScanner,
  tooDeepAt,
} from '../../../lib/persistence/data-file/json-scanner';
import {tryOften} from '../../support/random';
import {useDirectory} from '../../support/persistence/directory';
import {observed} from '../../support/persistence/observed-files';

function parse(text: string | Buffer): DataFile {
  return parseDataFile('my data.json', Buffer.from(text as string));
}

function rowsOf(content: DataFile, model = 'City'): unknown {
  const {keys, rows} = content.tables.get(model)!;
  return keys.map((key, i) => [key, rows[i]]);
}

/** The text of a file with one member of "models". */
function city(rows: string): string {
  return `{"models": {"City": ${rows}}}`;
}

describe('readDataFile', () => {
  const at = useDirectory();

  it('answers undefined when there is no file', () => {
    assert.equal(readDataFile(at('none.json')), undefined);
  });

  it('names the directory that is missing', () => {
    assert.throws(() => readDataFile(at('no/x.json')), {
      code: 'PERSISTENCE_FAILED',
      message:
        `${at('no/x.json')} cannot be opened: its directory ${at('no')} ` +
        'does not exist; create it.',
    });
  });

  it('refuses a directory in place of the file', () => {
    assert.throws(() => readDataFile(at('.')), {
      code: 'PERSISTENCE_FAILED',
      message: /cannot be read: it is a directory, not a regular file/,
    });
  });

  it('reads what the disk gives in short pieces', () => {
    writeFileSync(at('x.json'), city('{"1": {"name": "Łódź"}}'));
    const files = {
      ...realFileSystem,
      read: (descriptor: number, bytes: Uint8Array, position: number) =>
        realFileSystem.read(descriptor, bytes.subarray(0, 3), position),
    };
    const content = readDataFile(at('x.json'), files)!;
    assert.deepEqual(rowsOf(content), [['1', {name: 'Łódź'}]]);
  });

  it('fails with the cause when any call fails, and changes nothing', () => {
    writeFileSync(at('x.json'), city('{}'));
    let isDone = false;
    for (let failing = 1; !isDone; failing++) {
      isDone = true;
      const cause = Object.assign(new Error('EIO'), {code: 'EIO'});
      const files = observed(realFileSystem, number => {
        if (number !== failing) return;
        isDone = false;
        throw cause;
      });
      if (isDone && failing > 10) break;
      try {
        readDataFile(at('x.json'), files);
      } catch (error) {
        assert.ok(error instanceof InMemoryError);
        assert.equal(error.code, 'PERSISTENCE_FAILED');
        assert.equal(error.cause, cause);
      }
    }
    assert.equal(readFileSync(at('x.json'), 'utf8'), city('{}'));
  });

  it('tells size and CRC-32 of the bytes', () => {
    assert.deepEqual(parse('{}').identity, {size: 2, crc32: 0xa3a6bf43});
  });
});

describe('A data file that loads', () => {
  const examples: [title: string, text: string, rows: unknown][] = [
    ['rows as JSON text', city('{"1": "{\\"a\\":1}"}'), [['1', {a: 1}]]],
    ['rows as objects', city('{"1": {"a": 1}}'), [['1', {a: 1}]]],
    [
      'both, in their order',
      city('{"2": "{}", "1": {"a": 1}, "3": "{\\"b\\":\\"\\\\\\"\\\\n\\"}"}'),
      [
        ['2', {}],
        ['1', {a: 1}],
        ['3', {b: '"\n'}],
      ],
    ],
    ['null rows, left out', city('{"1": null, "2": "{}"}'), [['2', {}]]],
    ['a row of the text null, left out', city('{"1": "null"}'), []],
    ['null for all rows', city('null'), []],
    ['no rows', city('{}'), []],
    [
      'text with spaces in it',
      city('{"1": " { \\"a\\" : [ 1 ] } "}'),
      [['1', {a: [1]}]],
    ],
    [
      'text with escapes of all kinds',
      city('{"\\u0041": "{\\u0022a\\":\\"\\\\u00e4\\\\\\\\\\u00e4\\/\\"}\\n"}'),
      [['A', {a: 'ä\\ä/'}]],
    ],
    [
      'brackets within texts',
      city('{"1": "{\\"a\\":\\"]}[{,\\"}", "2": "{\\"]\\":[]}"}'),
      [
        ['1', {a: ']}[{,'}],
        ['2', {']': []}],
      ],
    ],
    [
      'odd ids',
      city('{"constructor": "{\\"a\\":1}", "__proto__": "{}"}'),
      [
        ['constructor', {a: 1}],
        ['__proto__', {}],
      ],
    ],
    [
      'digits beyond 2^53 as text',
      city('{"9007199254740993": "{\\"id\\":\\"9007199254740993\\"}"}'),
      [['9007199254740993', {id: '9007199254740993'}]],
    ],
    ['a byte order mark', `\ufeff${city('{}')}`, []],
  ];
  for (const [title, text, rows] of examples) {
    it(`may have ${title}`, () => {
      assert.deepEqual(rowsOf(parse(text)), rows);
    });
  }

  it('may have a property named __proto__, which stays one', () => {
    const content = parse(city('{"1": "{\\"__proto__\\":{\\"a\\":1}}"}'));
    const [row] = content.tables.get('City')!.rows;
    assert.deepEqual(Object.keys(row!), ['__proto__']);
  });

  it('may be an empty object', () => {
    assert.equal(parse('{}').tables.size, 0);
  });

  it('may have models named like members of objects', () => {
    const text = '{"models": {"__proto__": {}, "constructor": {}}}';
    assert.deepEqual(
      [...parse(text).tables.keys()],
      ['__proto__', 'constructor'],
    );
  });

  it('keeps members that it does not know as they stand there', () => {
    const {unknown} = parse('{"a": [9007199254740993 ], "models": {}, "b": 1}');
    assert.deepEqual(
      [...unknown],
      [
        ['a', '[9007199254740993 ]'],
        ['b', '1'],
      ],
    );
  });

  it('keeps the JSON of each model as it stands there', () => {
    const content = parse(city('{"1": {"a": 9007199254740993}}'));
    const {source} = content.tables.get('City')!;
    assert.equal(String(source), '{"1": {"a": 9007199254740993}}');
  });

  const ids: [json: string, next: number][] = [
    ['7', 7],
    ['"7"', 7],
    ['7.5', 7],
    ['null', 1],
    ['0', 1],
    ['1e20', 1],
  ];
  for (const [json, next] of ids) {
    it(`goes on with ${next} when the next id is ${json}`, () => {
      const {tables} = parse(`{"ids": {"City": ${json}}}`);
      assert.equal(tables.get('City')?.nextSequence, next);
    });
  }

  it('goes on with 1 when there is no next id', () => {
    assert.equal(parse(city('{}')).tables.get('City')?.nextSequence, 1);
  });

  it('may hold a row that is larger than what is parsed together', () => {
    const large = 'x'.repeat(300_000);
    const row = JSON.stringify(JSON.stringify({large}));
    const text = city(`{"1": "{}", "2": ${row}, "3": "{}"}`);
    assert.deepEqual(rowsOf(parse(text)), [
      ['1', {}],
      ['2', {large}],
      ['3', {}],
    ]);
  });
});

/** A row that is nested so deep, as JSON text. */
function deepRow(depth: number): string {
  return `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
}

describe('Rows of a data file that are nested', () => {
  const escaped = deepRow(2000).replace('a', String.raw`\u0061`);
  for (const [form, value] of [
    ['text', JSON.stringify(deepRow(2000))],
    ['text with escapes', JSON.stringify(escaped)],
    ['an object', deepRow(2000)],
  ]) {
    it(`2,000 deep are read from ${form}`, () => {
      const {rows} = parse(city(`{"1": ${value}}`)).tables.get('City')!;
      assert.equal(JSON.stringify(rows[0]), deepRow(2000));
    });
  }

  it('in the texts within them only are not nested', () => {
    const a = '[{'.repeat(3000);
    const text = city(`{"1": ${JSON.stringify(JSON.stringify({a}))}}`);
    assert.deepEqual(rowsOf(parse(text)), [['1', {a}]]);
  });

  it('are found to be too deep exactly where a naive count says so', () => {
    const parts = fc.constantFrom(
      '[',
      '{',
      ']',
      '}',
      '"[[{"',
      '"\\\\"',
      '"\\"["',
      ',',
    );
    const text = fc.array(parts, {minLength: 10, maxLength: 60}).map(some => {
      return '['.repeat(1995) + some.join('') + ' '.repeat(2100);
    });
    tryOften(
      fc.property(text, json => {
        const bare = json.replaceAll(/"(?:[^"\\]|\\.)*"/g, all =>
          ' '.repeat(all.length),
        );
        let depth = 0;
        let at = 0;
        for (; at < bare.length && depth <= 2000; at++) {
          if ('[{'.includes(bare[at]!)) depth++;
          if (']}'.includes(bare[at]!)) depth--;
        }
        assert.equal(tooDeepAt(json), depth > 2000 ? at - 1 : undefined);
      }),
    );
  });
});

describe('A file of another form in place of a data file', () => {
  const load = 'npx loopback-connector-inmemory load';
  const lists = /neither "ids" nor "models", but "posts", "profile"; run/;
  const examples: [text: string, place: string, problem: RegExp][] = [
    ['[{"id": 1}]', '1:1', /a bare array; run .* --model <model> to load its/],
    ['{"models": [{"id": 1}]}', '1:12', /for "models" is an array; run/],
    ['{"ids": [{"id": 1}], "a": 1}', '1:9', /for "ids" is an array; run/],
    ['{"posts": [{}], "profile": {}, "$schema": "x"}', '1:1', lists],
    ['\n {"posts": [], "profile": {}}', '2:2', lists],
    ['{"profile": {"name": "a"}}', '1:1', /"models", but "profile"; run/],
    ['{"types": {}, "a": []}', '1:1', /"models", but "a"; run/],
    ['{"a":[],"b":[],"c":[],"d":[],"e":[]}', '1:1', /"a", "b", "c" and 2 more/],
    ['{"model":"M","row":{}}\n{"model":"M","row":{}}', '1:1', /but "row"; run/],
  ];
  for (const [text, place, problem] of examples) {
    it(`is refused with the command that loads it: ${text.trim()}`, () => {
      const [line, column] = place.split(':').map(Number);
      const isTold = ({code, details, message}: InMemoryError): boolean => {
        assert.equal(code, 'DATA_DAMAGED');
        const expected = {file: 'my data.json', line, column};
        assert.deepEqual(details, {...expected, isOtherForm: true});
        assert.match(message, problem);
        assert.ok(message.includes(`${load} <data file> 'my data.json'`));
        assert.doesNotMatch(message, /repair/);
        return true;
      };
      assert.throws(() => parse(text), isTold);
    });
  }

  it('is none where it has models, or nothing that could be rows', () => {
    for (const text of [
      '{}',
      '{"types": {}}',
      '{"note": "a", "n": 1}',
      '{"ids": {}, "posts": [{}]}',
      '{"models": {}, "posts": [{}]}',
      '{"models": null, "posts": [{}]}',
    ]) {
      const {tables, unknown} = parse(text);
      assert.equal(tables.size, 0);
      const {posts} = JSON.parse(text) as {posts?: unknown};
      const kept = unknown.get('posts');
      assert.deepEqual(kept && JSON.parse(kept), posts);
    }
  });
});

describe('A data file that is refused', () => {
  const examples: [text: string | Buffer, place: string, problem: string][] = [
    ['', '1:1', 'it is empty (0 bytes), not even "{}"'],
    [' \n', '2:1', 'it is not an object'],
    ['"text"', '1:1', 'it is not an object'],
    ['{"models": 5}', '1:12', '"models" is not an object'],
    ['{"ids": 5}', '1:9', '"ids" is not an object'],
    [city('5'), '1:21', '"models": the value of City is not an object'],
    [city('[]'), '1:21', '"models": the value of City is not an object'],
    ['{"ids": {"C": {}}}', '1:15', '"ids": the next id of C is not a number'],
    ['{"ids": {"C": ""}}', '1:15', '"ids": the next id of C is not a number'],
    ['{}\n{}', '2:1', 'expected nothing more'],
    ['{\n  "ids": {},\n}', '3:1', 'expected a name in quotes'],
    ['{"a" 1}', '1:6', 'expected ":"'],
    ['{"ä": 1 "b": 2}', '1:9', 'expected "," or "}"'],
    ['{"a": [1 2]}', '1:10', 'expected "," or "]"'],
    ['{"a": 01}', '1:7', 'expected a value'],
    ['{"a": tru}', '1:7', 'expected a value'],
    ['{"a": \'b\'}', '1:7', 'expected a value'],
    ['{"a": "b\n"}', '1:9', 'a text has no closing quote on its line'],
    ['{"a": "\\x"}', '1:8', 'a backslash begins no escape sequence of JSON'],
    ['{"a": 1', '1:8', 'expected "," or "}", but this is the end'],
    ['{"a": ' + '['.repeat(5000), '1:2007', 'nested deeper than 2000'],
    [
      city(`{"1": ${JSON.stringify(deepRow(2001))}}`),
      '1:27',
      'the text of row 1 of City is nested deeper than 2000 at its character 2005',
    ],
    [
      city(`{"1": "{}", "2": ${JSON.stringify(deepRow(100_000))}}`),
      '1:38',
      'the text of row 2 of City is nested deeper than 2000 at its character 2005',
    ],
    [city(`{"1": ${deepRow(3000)}}`), '1:2031', 'nested deeper than 2000'],
    ['{"a": 1, "a": 2}', '1:10', '"a" is there twice'],
    ['{"models": {"A": {}, "A": {}}}', '1:22', '"models": "A" is there twice'],
    [
      city('{\n"1": "{}",\n"2": "{}",\n"1": "{}"}'),
      '4:1',
      'row 1 of City is there twice',
    ],
    [
      city('{"A": "{}", "\\u0041": "{}"}'),
      '1:33',
      'row A of City is there twice',
    ],
    [city('{"1": 5}'), '1:27', 'row 1 of City is not an object'],
    [city('{"1": "5"}'), '1:27', 'row 1 of City is not an object'],
    [city('{"1": []}'), '1:27', 'row 1 of City is not an object'],
    [city('{"1": "[1]"}'), '1:27', 'row 1 of City is not an object'],
    [
      city('{"1": "{}",\n "7": "{\\"a\\":}", "8": "{}"}'),
      '2:7',
      'the text of row 7 of City is not JSON: ' +
        'expected a value at its character 6',
    ],
    [
      city('{"1": ""}'),
      '1:27',
      'the text of row 1 of City is not JSON: ' +
        'expected a value, but this is the end at its character 1',
    ],
    [
      // Together, but not alone, these would be rows.
      city('{"1": "{\\"a\\":1", "2": "\\"b\\":2}", "3": "{},{}"}'),
      '1:27',
      'the text of row 1 of City is not JSON: ' +
        'expected "," or "}", but this is the end at its character 7',
    ],
    [
      city('{"1": "{]", "2": "{}"}'),
      '1:27',
      'the text of row 1 of City is not JSON: ' +
        'expected a name in quotes at its character 2',
    ],
    [
      Buffer.from('{"a":\n"Ã¤ï¿½\xe4"}', 'latin1'),
      '2:4',
      'the bytes are not UTF-8',
    ],
    [
      '{"types": {"City": []}}',
      '1:20',
      '"types": the value of City is not an object',
    ],
    [
      '{"types": {"City": {"all": {"/a": "colour"}}}}',
      '1:20',
      '"types": the value of City has in "all" no type it knows: "colour"',
    ],
  ];
  for (const [text, place, problem] of examples) {
    it(`says at ${place}: ${problem}`, () => {
      const [line, column] = place.split(':').map(Number);
      assert.throws(() => parse(text), {
        code: 'DATA_DAMAGED',
        sqlState: 'XX001',
        message:
          'The data file my data.json cannot be loaded; ' +
          `line ${line}, column ${column}: ${problem}. ` +
          "Nothing was changed. Run npx loopback-connector-inmemory check 'my " +
          "data.json' to see all that is wrong, and npx " +
          "loopback-connector-inmemory repair 'my data.json' to save what can " +
          'be saved.',
        details: {file: 'my data.json', line, column},
      });
    });
  }

  it('is one that was cut off anywhere', () => {
    const whole = JSON.stringify(
      {
        ids: {City: 3, Ort: 1},
        models: {
          City: {1: '{"id":1,"name":"Łódź"}', 2: '{"id":2,"a":[1,{}]}'},
          Ort: {},
        },
        types: {City: {all: {'/a': 'date'}}},
        other: [true, null, -1.5e3],
      },
      null,
      '  ',
    );
    const bytes = Buffer.from(whole);
    parse(bytes);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(
        () => parse(bytes.subarray(0, length)),
        {code: 'DATA_DAMAGED'},
        `${length} bytes`,
      );
    }
  });

  it('is refused in our words and no others, whatever byte is wrong', () => {
    const bytes = Buffer.from(
      '{"ids":{"A":2},"models":{"A":{"1":"{\\"a\\":[1,\\"b\\"]}","2":{}}},' +
        '"types":{"A":{"all":{"/a":"date"},"rows":{"1":{"/b":"-0"}}}}}',
    );
    for (let at = 0; at < bytes.length; at++) {
      for (let wrong = 0; wrong < 256; wrong++) {
        const copy = Buffer.from(bytes);
        copy[at] = wrong;
        try {
          parse(copy);
        } catch (error) {
          assert.equal((error as InMemoryError).code, 'DATA_DAMAGED');
        }
      }
    }
  });
});

describe('JsonScanner', () => {
  function isAccepted(text: string): boolean {
    const scanner = new JsonScanner(Buffer.from(text), (_, problem) => {
      throw new Error(problem);
    });
    try {
      scanner.skipValue();
      scanner.end();
      return true;
    } catch {
      return false;
    }
  }

  function isJson(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }

  it('accepts what JSON.parse accepts, and nothing else', () => {
    const signs = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\n'),
      fc.constantFrom('1', '-', '0', '.5', 'e', '+', 'true', 'null', '\u0001'),
      fc.constantFrom('a', 'u00e4', '"a"', '"a":'),
    );
    const damagedJson = fc
      .tuple(fc.json(), fc.nat(), fc.nat(3), fc.array(signs, {maxLength: 2}))
      .map(([json, place, removed, added]) => {
        const at = place % (json.length + 1);
        return json.slice(0, at) + added.join('') + json.slice(at + removed);
      });
    const soup = fc.array(signs, {maxLength: 8}).map(parts => parts.join(''));
    tryOften(
      fc.property(fc.oneof(fc.json(), damagedJson, soup), text => {
        assert.equal(isAccepted(text), isJson(text), text);
      }),
      3000,
    );
  });
});

describe('The path in an error', () => {
  it('is the one that was given', () => {
    const file = path.join('a b', 'ü.json');
    assert.throws(() => parseDataFile(file, Buffer.from('')), {
      message: /^The data file a b.ü\.json cannot/,
    });
  });
});

import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {seed} from '../../../testing';
import {makeBlog, messageOf, rowsIn} from '../../support/testing/blog';
import {useDirectory} from '../../support/persistence/directory';

const place = useDirectory();

/** Writes a file, and gives its path. */
function file(name: string, text: string): string {
  const at = place(name);
  mkdirSync(path.dirname(at), {recursive: true});
  writeFileSync(at, text);
  return at;
}

async function seededUsers(source: string): Promise<object[]> {
  const dataSource = makeBlog();
  await seed(dataSource, source);
  const users = await rowsIn(dataSource, 'User');
  return users.map(({name, age, born}) => ({name, age, born}));
}

const ann = {name: 'Ann', age: 30, born: new Date('1996-05-04')};
const bob = {name: 'Bob', age: undefined, born: undefined};

describe('A seed of files', () => {
  const forms: Record<string, [string, string]> = {
    'JSON by model': [
      'seed.json',
      '{"User": [{"name": "Ann", "age": 30, "born": "1996-05-04"}, {"name": "Bob"}]}',
    ],
    'a JSON list in a file named after its model': [
      'User.json',
      '[{"name": "Ann", "age": 30, "born": "1996-05-04"}, {"name": "Bob"}]',
    ],
    'JSON rows by their names': [
      'users.json',
      '\ufeff{"ann": {"name": "Ann", "age": 30, "born": "1996-05-04"}, "bob": {"name": "Bob"}}',
    ],
    NDJSON: [
      'user.ndjson',
      '{"name": "Ann", "age": 30, "born": "1996-05-04"}\n\n{"name": "Bob"}\n',
    ],
    CSV: ['users.csv', 'name,age,born\r\nAnn,30,1996-05-04\r\nBob,,\r\n'],
    YAML: [
      'users.yaml',
      '# people\nann:\n  name: Ann\n  age: 30\n  born: 1996-05-04\nbob: {name: Bob}\n',
    ],
    'YAML by model': [
      'all.yml',
      'User:\n  - name: Ann\n    age: 30\n    born: 1996-05-04\n  - name: Bob\n',
    ],
  };
  for (const [form, [name, text]] of Object.entries(forms)) {
    it(`reads ${form}`, async () => {
      assert.deepEqual(await seededUsers(file(name, text)), [ann, bob]);
    });
  }

  it('reads all files of a folder, in whichever order they need each other', async () => {
    const dataSource = makeBlog();
    file('seeds/posts.csv', '@,title,author\nfirst,First,@ann\n');
    file('seeds/users.yaml', 'ann:\n  name: Ann\n  favourite: "@first"\n');
    file('seeds/notes.txt', 'no seed');
    const ids = await seed(dataSource, place('seeds'));
    assert.deepEqual(ids, {first: 1, ann: 1});
    const [user] = await rowsIn(dataSource, 'User');
    const [post] = await rowsIn(dataSource, 'Post');
    assert.deepEqual([user.favouriteId, post.authorId], [1, 1]);
  });

  it('keeps texts of CSV that look like numbers, and reads what is declared', async () => {
    const dataSource = makeBlog();
    await seed(dataSource, [
      file('users.csv', 'name,isAdmin\n007,true\n'),
      file(
        'posts.csv',
        'title,authorId,reviewers,about\n1,1,"[1,1]","{""a"":1}"\n',
      ),
    ]);
    const [user] = await rowsIn(dataSource, 'User');
    assert.deepEqual([user.name, user.isAdmin], ['007', true]);
    const [post] = await rowsIn(dataSource, 'Post');
    assert.deepEqual(
      [post.title, post.reviewers, post.about],
      ['1', [1, 1], {a: 1}],
    );
  });

  const mistakes: Record<string, [string, string, RegExp]> = {
    'the line of a JSON list': [
      'users.json',
      '[\n  {"name": "Ann"},\n  {\n    "age": 3\n  }\n]',
      /users\.json, line 3, row 2 of User: name is required\. Nothing was seeded\.$/,
    ],
    'the line of a JSON row under its model and name': [
      'all.json',
      '{"User": {\n "ann": {"name": "Ann"},\n "bob": {"age": "old"}}}',
      /all\.json, line 3, User "bob": age must be a number, and is "old"/,
    ],
    'the line of NDJSON': [
      'users.ndjson',
      '{"name": "Ann"}\n\n{"nmae": "Bob"}\n',
      /users\.ndjson, line 3, row 2 of User: User has no property "nmae"; did you mean name\?/,
    ],
    'the line of CSV': [
      'users.csv',
      'name,age\n"two\nlines",1\n,2\n',
      /users\.csv, line 4, row 2 of User: name is required/,
    ],
    'the column of a cell of CSV': [
      'users.csv',
      'name,age\nAnn,old\n',
      /users\.csv, line 2, row 1 of User: age must be a number, and is "old" \(column 5\)/,
    ],
    'the line of a list of YAML': [
      'users.yaml',
      '# people\n- name: Ann\n- age: 3\n',
      /users\.yaml, line 3, row 2 of User: name is required/,
    ],
    'the line of a row of YAML under its model and name': [
      'all.yaml',
      'User:\n  ann:\n    name: Ann\n  bob:\n    name: 8001\n',
      /all\.yaml, line 4, User "bob": name must be a text, in quotes, and is 8001/,
    ],
    'where JSON is broken': [
      'users.json',
      '[\n  {"name": "Ann",}\n]',
      /users\.json, line 2: expected a name in quotes/,
    ],
    'where a line of NDJSON is broken': [
      'users.ndjson',
      '{"name": "Ann"}\n{"name": }\n',
      /users\.ndjson, line 2: this is not JSON/,
    ],
    'where YAML is broken': [
      'users.yaml',
      'ann:\n  name: "Ann\n',
      /users\.yaml, line \d: /,
    ],
    'a file that is named after no model': [
      'usre.csv',
      'name\nAnn\n',
      /usre\.csv: there is no model "usre" on this datasource; did you mean User\?/,
    ],
    'what holds no rows': [
      'users.json',
      '5',
      /users\.json: the rows of User must be a list, or an object with a name for each, and are 5/,
    ],
  };
  for (const [what, [name, text, message]] of Object.entries(mistakes)) {
    it(`tells ${what}`, async () => {
      const dataSource = makeBlog();
      const error = await seed(dataSource, file(name, text)).catch(
        (error: unknown) => error,
      );
      assert.match((error as Error).message, message);
      assert.equal((error as any).details.file !== undefined, true);
      assert.deepEqual(await rowsIn(dataSource, 'User'), []);
    });
  }

  it('tells that bytes are no UTF-8', async () => {
    const at = place('users.csv');
    writeFileSync(at, Buffer.from('name\nAnn\nJ\xfcrg\n', 'latin1'));
    const message = await messageOf(seed(makeBlog(), at));
    assert.match(message, /users\.csv, line 3: this is no UTF-8/);
  });

  it('refuses paths that lead to no seed', async () => {
    const refused: [string, RegExp][] = [
      [place('none.json'), /none\.json does not exist/],
      [place('no-folder'), /no-folder does not exist/],
      [file('users.txt', ''), /must end in one of \.json, \.ndjson/],
      [path.dirname(file('empty/readme.md', '')), /a folder without any of/],
    ];
    for (const [at, message] of refused) {
      await assert.rejects(seed(makeBlog(), at), {
        code: 'INVALID_SETTING',
        message,
      });
    }
  });
});

describe('A file that is damaged', () => {
  const cases: Record<string, [string, string, RegExp]> = {
    'a column of CSV that is there twice': [
      'user.csv',
      'name,name\na,b\n',
      /user\.csv, line 1: column 6: the column "name" is there twice\. .* Nothing was seeded\.$/,
    ],
    'a record of CSV that is short': [
      'user.csv',
      'name,age\nAnn,1\nBob\n',
      /user\.csv, line 3: column 1: the record has 1 cells, and the header 2\. Nothing was seeded\.$/,
    ],
    'a quote of CSV that is left open': [
      'user.csv',
      'name\n"Ann\n',
      /user\.csv, line 2: .*Nothing was seeded\.$/,
    ],
    'a column __proto__': [
      'user.csv',
      'name,__proto__\nAnn,b\n',
      /User has no property "__proto__"/,
    ],
    'anchors of YAML that make far more of it': [
      'user.yaml',
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n' +
        'c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c]\n' +
        'e: [*d,*d,*d,*d,*d,*d]\n',
      /user\.yaml, line 1: Excessive alias count/,
    ],
  };
  for (const [what, [name, text, message]] of Object.entries(cases)) {
    it(`is refused, and where is told: ${what}`, async () => {
      const dataSource = makeBlog();
      await assert.rejects(seed(dataSource, file(name, text)), {
        code: 'INVALID_VALUE',
        message,
      });
      assert.deepEqual(await rowsIn(dataSource, 'User'), []);
    });
  }
});

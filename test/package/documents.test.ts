import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {root} from '../support/package/application';

/** The documents: those beside the README, and those in docs/. */
const documents = ['.', 'docs'].flatMap(folder =>
  readdirSync(path.join(root, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => path.join(folder, name)),
);

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** All files of a folder and those within it, from the folder on. */
function filesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), {
    recursive: true,
    encoding: 'utf8',
  }).map(file => file.replaceAll('\\', '/'));
}

const sources = filesIn('lib').filter(file => file.endsWith('.ts'));
const tests = filesIn('test').filter(file => file.endsWith('.ts'));

/** A document without its blocks of code. */
function proseOf(text: string): string {
  return text.replace(/^```[^]*?^```/gm, '');
}

/** What a heading is called in a link, as GitHub makes it. */
function anchorsOf(text: string): string[] {
  const headings = proseOf(text).matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The words in back ticks. */
function namesIn(text: string): string[] {
  return [...proseOf(text).matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

describe('the documents', () => {
  for (const document of documents) {
    it(`${document} links to files and headings that there are`, () => {
      const text = read(document);
      const links = [...proseOf(text).matchAll(/\]\((?!https?:)([^)]*)\)/g)];
      for (const [, link] of links) {
        const [file, anchor] = link!.split('#');
        const target = file
          ? path.join(path.dirname(document), file)
          : document;
        assert.ok(existsSync(path.join(root, target)), `${link}: no such file`);
        if (anchor === undefined) continue;
        const anchors = anchorsOf(read(target));
        assert.ok(anchors.includes(anchor), `${link}: no such heading`);
      }
    });

    it(`${document} names test files that there are`, () => {
      for (const [name] of read(document).matchAll(/[\w./-]+\.test\.ts/g)) {
        const file = name.replace(/^test\//, '');
        const isThere = tests.some(
          test => test === file || test.endsWith(`/${file}`),
        );
        assert.ok(isThere, `${name}: no such test`);
      }
    });
  }
});

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');
  const names = namesIn(text);
  const modules = sources.map(file => read(`lib/${file}`));
  const words = new Set(modules.join('\n').match(/\w+/g));

  it('names files that there are', () => {
    const files = names.filter(name => /^[\w./-]+\.ts$/.test(name));
    assert.ok(files.length > 40);
    const all = [
      ...sources.map(file => `lib/${file}`),
      ...tests.map(file => `test/${file}`),
    ];
    for (const name of files) {
      const isThere = all.some(file => `/${file}`.endsWith(`/${name}`));
      assert.ok(isThere, `${name}: no such file`);
    }
  });

  it('names folders that there are', () => {
    const folders = names.filter(name => /^[\w/-]+\/$/.test(name));
    assert.ok(folders.length >= 10);
    for (const name of folders) {
      const places = [name, `lib/${name}`, `lib/persistence/${name}`];
      const isThere = places.some(place => existsSync(path.join(root, place)));
      assert.ok(isThere, `${name}: no such folder`);
    }
  });

  it('has a row for every folder of lib', () => {
    for (const {name} of readdirSync(path.join(root, 'lib'), {
      withFileTypes: true,
    })) {
      assert.ok(text.includes(`| \`${name}/\``), `${name}/ has no row`);
    }
  });

  it('names functions, classes and members that the code has', () => {
    const identifiers = names
      .map(name => name.replace(/\(.*\)$/, ''))
      .filter(name => /^[A-Za-z]\w*(?:\.\w+)?$/.test(name))
      .filter(name => !/\.(?:ts|json)$/.test(name));
    assert.ok(identifiers.length > 40);
    for (const name of identifiers) {
      const [owner, member] = name.split('.') as [string, string?];
      const isThere =
        member === undefined || !/^[A-Z]/.test(owner)
          ? words.has(member ?? owner)
          : declares(owner, member);
      assert.ok(isThere, `${name}: nothing in lib/ is called so`);
    }
  });

  /** Whether the file that declares a class or a type has a member of it. */
  function declares(owner: string, member: string): boolean {
    const declaration = new RegExp(`(?:class|interface|type) ${owner}\\b`);
    const isMember = new RegExp(`^ +[\\w *]*\\b${member}\\b[?]?[(:<=\\s]`, 'm');
    return modules.some(
      module => declaration.test(module) && isMember.test(module),
    );
  }
});

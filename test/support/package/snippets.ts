import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import * as testing from '../../../testing';
import {root} from './application';

/** A block of TypeScript in a document. */
export interface Snippet {
  /** Unique, and fit to be the name of a file. */
  readonly name: string;
  readonly text: string;
}

/** All blocks of TypeScript in the documents for users. */
export function snippets(): Snippet[] {
  const documents = readdirSync(path.join(root, 'docs')).map(
    name => `docs/${name}`,
  );
  return ['README.md', ...documents].flatMap(document => {
    const text = readFileSync(path.join(root, document), 'utf8');
    const blocks = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)];
    return blocks.map(([, text], index) => ({
      name: `${path.basename(document, '.md')}-${index + 1}`,
      text: text!,
    }));
  });
}

/** Where the snippets that use a name find it, when they do not say. */
const imported = /\b(?:DefaultCrudRepository|Entity|juggler|model|property)\b/g;

const surroundings = `
import * as repository from '@loopback/repository';

@repository.model()
class Account extends repository.Entity {
  @repository.property({type: 'number', id: true})
  id: number;
  @repository.property({type: 'number'})
  balance: number;
}
declare const dataSource: repository.juggler.DataSource;
declare const accounts: repository.DefaultTransactionalRepository<Account, number>;
declare const transaction: repository.Transaction;
declare const list: Account[];
export {accounts, dataSource, list, transaction};
`;

const inTests = `
import assert from 'node:assert/strict';
import {Application} from '@loopback/core';
import * as testing from 'loopback-connector-inmemory/testing';

declare class City extends repository.Entity {
  id?: number;
  name: string;
}
declare const db: repository.juggler.DataSource;
declare const cities: repository.DefaultCrudRepository<City, number>;
declare const describe: (title: string, suite: () => void) => void;
declare const it: (title: string, test: () => unknown) => void;
declare const before: (run: () => unknown) => void;
declare const after: typeof before;
class MyApplication extends repository.RepositoryMixin(Application) {
  async boot() {}
}
declare class CityRepository extends repository.DefaultCrudRepository<City, number> {}
export {after, before, CityRepository, MyApplication};
declare class User extends repository.Entity {
  id: number;
  name: string;
  age?: number;
}
declare class Post extends repository.Entity {
  id: number;
  title: string;
  authorId: number;
}
declare class Order extends repository.Entity {
  id: string;
  createdAt: Date;
}
declare const userRepository: repository.DefaultCrudRepository<User, number>;
declare const postRepository: repository.DefaultCrudRepository<Post, number>;
declare const orderRepository: repository.DefaultCrudRepository<Order, string>;
declare const placeOrder: (text: string) => Promise<void>;
export {
  assert, cities, City, db, describe, it, placeOrder,
  orderRepository, postRepository, userRepository,
};
`;

/** What the examples of docs/testing.md use of the package, without saying so. */
function ofTesting({name, text}: Snippet): string {
  if (!name.startsWith('testing-')) return '';
  const names = Object.keys(testing).filter(
    each =>
      new RegExp(`\\b${each}(?:<[^>]*>)?\\(`).test(text) &&
      !new RegExp(`^import [^;]*\\b${each}\\b`, 'm').test(text),
  );
  return names.length === 0
    ? inTests
    : `${inTests}const {${names.join(', ')}} = testing;\n`;
}

/**
 * A module around a snippet, which stands in it as it is: what it imports by
 * itself, else what its names commonly mean; within a class if it is a part of one,
 * within a function if it waits.
 */
export function moduleOf(snippet: Snippet): string {
  const {text} = snippet;
  if (text.includes("from '@loopback/repository'")) return text;
  const imports = text.match(/^import [^]*?;$/gm) ?? [];
  const body = text.replace(/^import [^]*?;$/gm, '');
  const names = [...new Set(body.match(imported))].join(', ');
  const head =
    surroundings +
    ofTesting(snippet) +
    imports.join('\n') +
    `\nimport {${names.includes('Entity') ? names : `Entity, ${names}`}} from '@loopback/repository';\n`;
  if (body.startsWith('@property')) {
    return `${head}export class Fragment extends Entity {\n${body}}\n`;
  }
  return /\bawait\b/.test(body)
    ? `${head}export async function example() {\n${body}}\n`
    : head + body;
}

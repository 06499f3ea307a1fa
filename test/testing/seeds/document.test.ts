import assert from 'node:assert/strict';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {
  DefaultCrudRepository,
  Entity,
  type juggler,
  ModelDefinition,
} from '@loopback/repository';
import * as testing from '../../../testing';
import {root} from '../../support/package/application';
import {useDirectory} from '../../support/persistence/directory';
import {makeBlog, messageOf} from '../../support/testing/blog';

const text = readFileSync(path.join(root, 'docs/testing.md'), 'utf8');
const {AsyncFunction} = {
  AsyncFunction: (async () => undefined).constructor as new (
    ...texts: string[]
  ) => (...values: unknown[]) => Promise<void>,
};

/** The blocks of code of a language in a section. */
function blocksOf(section: string, language: string): string[] {
  const [, part] = new RegExp(`^## ${section}\n([^]*?)(?=^## )`, 'm').exec(
    text,
  )!;
  const block = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm');
  return [...part!.matchAll(block)].map(([, code]) => code!);
}

/** Runs a block, in which the functions that it imports are those of the package. */
async function run(
  code: string,
  given: Record<string, unknown>,
): Promise<void> {
  const body = code.replace(
    /^import (\{.*\}) from 'loopback-connector-inmemory\/testing';$/gm,
    'const $1 = testing;',
  );
  const all = {assert, testing, ...given};
  const names = Object.keys(all);
  await new AsyncFunction(...names, body)(...Object.values(all));
}

function makeApplication() {
  const dataSource = makeBlog() as any;
  class User extends Entity {
    static override definition = new ModelDefinition({
      name: 'User',
      properties: {
        id: {type: 'number', id: true, generated: true},
        name: {type: 'string', required: true},
        age: {type: 'number'},
        born: {type: 'date'},
        isAdmin: {type: 'boolean'},
      },
    });
  }
  class Post extends Entity {
    static override definition = new ModelDefinition({
      name: 'Post',
      properties: {
        id: {type: 'number', id: true, generated: true},
        title: {type: 'string', required: true},
        authorId: {type: 'number', required: true},
      },
    });
  }
  class Order extends Entity {
    static override definition = new ModelDefinition({
      name: 'Order',
      properties: {
        id: {type: 'string', id: true, defaultFn: 'uuid'},
        createdAt: {type: 'date', defaultFn: 'now'},
      },
    });
  }
  const db = dataSource as juggler.DataSource;
  return {
    dataSource,
    repositories: () => ({
      userRepository: new DefaultCrudRepository(User, db),
      postRepository: new DefaultCrudRepository(Post, db),
      orderRepository: new DefaultCrudRepository(Order, db),
    }),
  };
}

describe('docs/testing.md', () => {
  const place = useDirectory();

  it('has a seed that works', async () => {
    const [code] = blocksOf('Seeds', 'ts');
    const {dataSource, repositories} = makeApplication();
    await run(code!, {dataSource, ...repositories()});
  });

  it('tells the mistakes of files as they are told', async () => {
    const [, code] = blocksOf('Seeds', 'ts');
    assert.match(code!, /'test\/seeds'/);
    const seeds = place('test/seeds');
    mkdirSync(seeds, {recursive: true});
    writeFileSync(path.join(seeds, 'users.csv'), '@,name\nalice,Alice\nbob,\n');
    writeFileSync(
      path.join(seeds, 'posts.yaml'),
      '# posts\nfirst: {title: First, author: "@alice"}\n\nnext: {title: Next, author: "@alcie"}\n',
    );
    const {dataSource} = makeApplication();
    const message = await messageOf(
      run(code!.replace('test/seeds', seeds), {seed: testing.seed, dataSource}),
    );
    const [told] = blocksOf('Seeds', 'text');
    assert.equal(message.replaceAll(seeds, 'test/seeds'), told!.trim());
  });

  it('has factories that work', async () => {
    const {dataSource, repositories} = makeApplication();
    const [code] = blocksOf('Factories', 'ts');
    await run(code!, repositories());
    const users = await dataSource.models.User.find({order: 'id'});
    assert.deepEqual(
      users.map(({name}: any) => name),
      ['Root', 'user 2', 'user 3', 'user 4', 'Eve'],
    );
  });

  it('has a clock and ids that are set', async () => {
    const [code] = blocksOf('Clock and ids', 'ts');
    const {dataSource, repositories} = makeApplication();
    await run(code!, {dataSource, ...repositories()});
  });
});

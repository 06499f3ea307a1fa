import assert from 'node:assert/strict';
import {inject} from '@loopback/core';
import {
  DefaultCrudRepository,
  Entity,
  juggler,
  ModelDefinition,
} from '@loopback/repository';
import {defineCrudRestController} from '@loopback/rest-crud';
import {RestApplication} from '@loopback/rest';
import * as inmemory from '../../index';

class Person extends Entity {
  static override definition = new ModelDefinition({
    name: 'Person',
    properties: {
      id: {type: 'number', id: true, generated: true},
      email: {type: 'string', index: {unique: true}},
      photo: {type: 'string', length: 10},
    },
  });
}

/** The same with columns of other names, of which clients are to know nothing. */
class NamedPerson extends Entity {
  static override definition = new ModelDefinition({
    name: 'Person',
    properties: {
      id: {
        type: 'number',
        id: true,
        generated: true,
        mysql: {columnName: 'no'},
      },
      email: {
        type: 'string',
        index: {unique: true},
        mysql: {columnName: 'mail_address'},
      },
      photo: {type: 'string', length: 10, mysql: {columnName: 'picture'}},
    },
  });
}

for (const [which, model] of [
  ['', Person],
  [' on columns of other names', NamedPerson],
] as const) {
  describe(`an answer of REST${which}`, () => answersOf(model));
}

function answersOf(model: typeof Person): void {
  let app: RestApplication;
  let url: string;

  before(async () => {
    app = new RestApplication({rest: {port: 0, host: '127.0.0.1'}});
    const dataSource = new juggler.DataSource({connector: inmemory});
    const repository = new DefaultCrudRepository(model, dataSource);
    app.bind('repositories.people').to(repository);
    const Controller = defineCrudRestController(model, {
      basePath: '/people',
    });
    inject('repositories.people')(Controller, undefined, 0);
    app.controller(Controller);
    await app.start();
    url = app.restServer.url!;
  });

  after(() => app.stop());

  async function post(body: object): Promise<{text: string; status: number}> {
    const response = await fetch(`${url}/people`, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
    });
    return {text: await response.text(), status: response.status};
  }

  it('says which key is taken, and not by which row', async () => {
    await post({email: 'a'});
    const {status, text} = await post({email: 'a'});
    assert.equal(status, 409);
    const {code, details} = JSON.parse(text).error;
    assert.equal(code, 'DUPLICATE_KEY');
    assert.deepEqual(details, {
      table: 'Person',
      index: 'email_index',
      constraint: 'email_index',
      property: 'email',
      value: 'a',
    });
  });

  it('does not send a long value back', async () => {
    const {status, text} = await post({photo: 'x'.repeat(500_000)});
    assert.equal(status, 422);
    assert.ok(text.length < 1000, text.slice(0, 1000));
    assert.match(text, /Person\.photo/);
  });
}

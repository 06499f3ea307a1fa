import assert from 'node:assert/strict';
import path from 'node:path';
import * as testing from '../../testing';
import {makeDataSource} from '../support/connector/data-source';
import {Files} from '../support/connector/files';
import {copyOfPackage} from '../support/connector/package-copy';

describe('two copies of the package, as jest.resetModules() leaves them,', () => {
  let files: Files;
  let other: typeof testing;

  before(() => {
    files = new Files();
    const directory = files.at('copy');
    copyOfPackage(directory);
    const file = path.join(directory, 'dist/bundle/testing.js');
    other = require(file) as typeof testing;
    assert.notEqual(other, testing);
  });
  after(() => files.remove());

  it('restore what the other one has kept, and fork it', async () => {
    const dataSource = makeDataSource();
    const City = dataSource.define('City', {id: {type: Number, id: true}});
    await City.create({id: 1});
    const kept = testing.snapshot(dataSource);
    await City.destroyAll();
    await other.restore(kept);
    assert.equal(await City.count(), 1);
    const forked = other.fork(kept);
    const {City: Forked} = (forked as unknown as {models: {City: typeof City}})
      .models;
    assert.equal(await Forked.count(), 1);
  });
});

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import type {Version} from '../../lib/store/version';
import {VerifiedHead} from '../../lib/transaction/verified-head';
import {broken, whatIsBroken} from '../support/transaction/broken-version';
import {databaseWith} from '../support/transaction/session';
import {ToldLog} from '../support/transaction/told-log';

const city = {id: 2, name: 'b', code: 20};

const full = new Error('the disk is full');

describe('A head that verifies what becomes the newest version', () => {
  let sound: Version;
  let head: VerifiedHead;

  beforeEach(() => {
    sound = databaseWith([{id: 1, name: 'a', code: 10}]).head;
    head = new VerifiedHead(sound);
  });

  it('takes sound versions as any other head does', () => {
    head.logTo(new ToldLog());
    head.commitInPlace('City', {kind: 'insert', row: city});
    head.commit(sound, []);
    head.moveTo(sound);
    assert.equal(head.settle(), undefined);
    assert.equal(head.current, sound);
  });

  it('refuses a commit that leads to a broken version', () => {
    assert.throws(() => head.commit(broken(sound), []), whatIsBroken);
  });

  it('refuses to be moved to a broken version', () => {
    assert.throws(() => head.moveTo(broken(sound)), whatIsBroken);
  });

  it('refuses a change that is made in a broken version', () => {
    const ofBroken = new VerifiedHead(broken(sound));
    assert.throws(
      () => ofBroken.commitInPlace('City', {kind: 'insert', row: city}),
      whatIsBroken,
    );
  });

  it('verifies what is left when a change in place fails', () => {
    const row = {...city, code: 10};
    const insertion = () => head.commitInPlace('City', {kind: 'insert', row});
    assert.throws(insertion, {code: 'DUPLICATE_KEY'});
    head['version'] = broken(sound);
    assert.throws(insertion, whatIsBroken);
  });

  it('refuses to go back to a broken version when a batch cannot be written', () => {
    const log = new ToldLog();
    const ofBroken = new VerifiedHead(broken(sound));
    ofBroken.logTo(log);
    ofBroken.commit(sound, []);
    log.failure = full;
    assert.throws(() => ofBroken.settle(), whatIsBroken);
  });
});

describe('INMEMORY_VERIFY', () => {
  /** What a process says that writes to a broken version. */
  function answerWith(setting: string | undefined): string {
    const child = path.join(
      __dirname,
      '..',
      'support',
      'transaction',
      'verify-child.js',
    );
    const {INMEMORY_VERIFY: _, ...env} = process.env;
    if (setting !== undefined) env['INMEMORY_VERIFY'] = setting;
    const {stderr, stdout} = spawnSync(process.execPath, [child], {
      encoding: 'utf8',
      env,
    });
    assert.equal(stderr, '');
    return stdout;
  }

  it('is 1: the statement fails that goes on from a broken version', () => {
    const answer = answerWith('1');
    assert.match(
      answer,
      /Error: Broken invariant: version \d+ of the database/,
    );
    assert.match(answer, whatIsBroken);
  });

  for (const setting of [undefined, '0']) {
    it(`is ${setting ?? 'not set'}: nobody looks`, () => {
      assert.equal(answerWith(setting), 'no error');
    });
  }
});

import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {type AddressInfo, createServer} from 'node:net';
import path from 'node:path';

describe('The cities example, before it loads its data', () => {
  const main = path.resolve(__dirname, '../../examples/cities/main.js');

  /** What the example writes when it does not start. */
  function refusal(env: NodeJS.ProcessEnv): string {
    const {status, stdout, stderr} = spawnSync(process.execPath, [main], {
      env: {...process.env, FILE: '', HOST: '127.0.0.1', ...env},
      encoding: 'utf8',
    });
    assert.deepEqual({status, stdout}, {status: 1, stdout: ''});
    return stderr;
  }

  for (const PORT of ['abc', '70000', '-1', '1e3']) {
    it(`refuses PORT=${PORT}`, () => {
      assert.equal(
        refusal({PORT}),
        `The example could not start: PORT cannot be "${PORT}"; it must be a ` +
          'number from 0 to 65535: PORT=3001 npm start\n',
      );
    });
  }

  it('refuses a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const {port} = server.address() as AddressInfo;
    const written = refusal({PORT: String(port)});
    server.close();
    assert.match(written, /EADDRINUSE.*Choose another port: PORT=3001/);
  });

  it('refuses an address that is not of this machine', () => {
    const written = refusal({PORT: '0', HOST: '192.0.2.1'});
    assert.match(written, /Choose another address: HOST=127\.0\.0\.1/);
  });
});

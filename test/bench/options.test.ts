import assert from 'node:assert/strict';
import {parseOptions} from '../../bench/options';

describe('The options of the bench', () => {
  it('ask for all parts unless told otherwise', () => {
    const {requests} = parseOptions([])!;
    assert.ok(requests.length > 5);
    assert.ok(requests.every(({request}) => request.works === undefined));
  });

  it('name a part, or pieces of its work', () => {
    const {requests} = parseOptions([
      '--only=memory',
      '--only=queries.scan',
      '--only=queries.inq',
    ])!;
    assert.deepEqual(
      requests.map(({part, request}) => [part.name, request.works]),
      [
        ['queries', new Set(['scan', 'inq'])],
        ['memory', undefined],
      ],
    );
  });

  it('name other binaries of Node.js', () => {
    const {requests} = parseOptions([`--node=${process.execPath}`])!;
    assert.deepEqual(requests[0]!.request.nodes, [process.execPath]);
  });

  it('are refused with a list of what there is', () => {
    assert.throws(() => parseOptions(['--only=cars']), {
      message: /^No part cars; there are juggler, emulate, growth, queries, /,
    });
    assert.throws(() => parseOptions(['--only=queries.cars']), {
      message: /^No cars in queries; there are byId, /,
    });
    assert.throws(() => parseOptions(['--peer=oracle']), {
      message: /^No peer oracle; there are null; inmemory; /,
    });
    assert.throws(() => parseOptions(['--rows=none']), {
      message: '--rows takes a positive number, not none.',
    });
    assert.throws(() => parseOptions(['--node=/no/node']), {
      message: '--node takes the path of a binary; there is no /no/node.',
    });
  });
});

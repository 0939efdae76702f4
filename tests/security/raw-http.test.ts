import * as fc from 'fast-check';
import { connect } from 'node:net';
import { it } from 'vitest';
import { hostileText } from './hostile.ts';
import { inParallel } from './in-parallel.ts';
import { scaled } from './scale.ts';
import { KEY, NEVER_MS, expectNoHarm, type UnderFire } from './under-fire.ts';

/** Half an hour: there to end what hangs. */
const TIMEOUT = 1_800_000;

interface Input {
  /** Which of the two servers. */
  isGateway: boolean;
  bytes: Buffer;
  /** Sent in so many pieces. */
  pieces: number;
}

it('answers whatever bytes come to a port, or closes the connection', { timeout: TIMEOUT }, async () => {
  const count = scaled(24_000);
  await expectNoHarm({ suite: 'raw HTTP', inputs: count }, async (fire) => {
    await inParallel({
      inputs,
      count,
      lanes: 12,
      warm: fire.warm,
      one: async (input) => await send(fire, input),
    });
  });
});

/** Sends the bytes and takes leave: nothing more will come, so that the server is to answer or to close. */
async function send(fire: UnderFire, { isGateway, bytes, pieces }: Input): Promise<void> {
  const { hostname, port } = new URL(isGateway ? fire.wsUrl : fire.apiUrl);
  const began = performance.now();
  const wire = connect(Number(port), hostname);
  wire.setNoDelay(true).on('error', () => undefined);
  const parts: Buffer[] = [];
  wire.on('data', (part: Buffer) => parts.push(part));
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  wire.once('close', () => resolve());
  const timer = setTimeout(() => wire.destroy(new Error('late')), NEVER_MS * 2);
  const size = Math.ceil(bytes.length / pieces);
  for (let from = 0; from < bytes.length; from += size) wire.write(bytes.subarray(from, from + size));
  wire.end();
  await closed;
  clearTimeout(timer);
  const text = Buffer.concat(parts).toString('latin1');
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status = '']) => status);
  const worst = statuses.find((status) => status.startsWith('5')) ?? statuses[0] ?? 'closed';
  fire.saw({ kind: worst, ms: performance.now() - began, text, input: bytes.toString('latin1') });
}

/** One of these, or sometimes anything. */
function mostly(right: fc.Arbitrary<string>, odd: fc.Arbitrary<string> = anything): fc.Arbitrary<string> {
  return fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: odd });
}

const anything = fc.oneof(hostileText, fc.string({ unit: 'binary-ascii' }));
const methods = mostly(
  fc.constantFrom('GET', 'GET', 'GET', 'POST', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH'),
  fc.oneof(fc.constantFrom('TRACE', 'CONNECT', 'PRI', 'get'), anything),
);
const traversals = fc
  .tuple(
    fc.constantFrom(
      '/docs/',
      '/docs/static/',
      '/executions/',
      '/',
      '/executions/run-1/tasks/1/',
      '/.well-known/',
    ),
    fc.constantFrom(
      '../',
      '..%2f',
      '%2e%2e/',
      '%252e%252e%252f',
      '..\\',
      '....//',
      '%c0%ae%c0%ae/',
      './',
      '//',
    ),
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom('etc/passwd', 'package.json', 'proc/self/environ', '.env', 'src/main.ts', ''),
  )
  .map(([from, up, times, to]) => from + up.repeat(times) + to);
const paths = mostly(
  fc.oneof(
    fc.constantFrom(
      '/health',
      '/executions',
      '/docs',
      '/docs/',
      '/docs/static/index.html',
      '/openapi.json',
      '/asyncapi.json',
      '/ws/mcp',
      '/mcp',
      '/execute',
      '/history?format=csv',
      '*',
      '/executions/run-1/stream',
      '/executions/run-1/events',
      'http://127.0.0.1/health',
      'http://evil.example/health',
      '//health',
      '/health?a=b#c',
    ),
    traversals,
  ),
  fc.oneof(
    anything,
    fc.integer({ min: 1, max: 40_000 }).map((times) => `/${'a'.repeat(times)}`),
  ),
);
const versions = mostly(
  fc.constant('HTTP/1.1'),
  fc.constantFrom('HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP/9.9', ''),
);
const hosts = mostly(
  fc.constantFrom(
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    '[::1]',
    'LOCALHOST.',
    '127.1',
    '2130706433',
    '0x7f.1',
  ),
  fc.oneof(
    fc.constantFrom(
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost@evil.example',
      '[::1',
      '',
      '127.0.0.1, evil.example',
      'a b',
      '[fe80::1%25lo]',
      '999999999999',
    ),
    anything,
  ),
);
const sources = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constantFrom('Origin', 'Referer'),
      mostly(
        fc.constantFrom(
          'null',
          'http://evil.example',
          'http://localhost:1',
          'https://127.0.0.1',
          'http://127.0.0.1.evil.example',
          'file://',
          'http://[::1]',
          'http://localhost@evil.example',
        ),
      ),
    ),
    fc.tuple(
      fc.constant('Sec-Fetch-Site'),
      mostly(fc.constantFrom('cross-site', 'same-origin', 'same-site', 'none')),
    ),
    fc.tuple(
      fc.constant('Sec-Fetch-Mode'),
      mostly(fc.constantFrom('navigate', 'no-cors', 'cors', 'websocket')),
    ),
    fc.tuple(
      fc.constant('Sec-Fetch-Dest'),
      mostly(fc.constantFrom('document', 'image', 'script', 'iframe', 'empty')),
    ),
  ),
  { maxLength: 3 },
);
const more = fc.oneof(
  fc.tuple(
    fc.constant('Content-Length'),
    mostly(
      fc.constantFrom(
        '0',
        '2',
        '5',
        '100',
        '-1',
        '+2',
        '1e3',
        '0x2',
        '99999999999999999999',
        '2, 2',
        '2,3',
        '',
      ),
    ),
  ),
  fc.tuple(
    fc.constant('Transfer-Encoding'),
    mostly(
      fc.constantFrom(
        'chunked',
        'Chunked',
        'chunked, chunked',
        'gzip, chunked',
        'identity',
        'xchunked',
        ' chunked',
        'chunked\t',
      ),
    ),
  ),
  fc.tuple(fc.constant('Content-Type'), mostly(fc.constantFrom('application/json', 'text/plain'))),
  fc.tuple(
    fc.constant('Connection'),
    mostly(fc.constantFrom('close', 'keep-alive', 'Upgrade', 'Transfer-Encoding', 'close, upgrade')),
  ),
  fc.tuple(fc.constant('Upgrade'), mostly(fc.constantFrom('websocket', 'h2c', 'websocket, h2c'))),
  fc.tuple(fc.constant('Sec-WebSocket-Version'), mostly(fc.constantFrom('13', '8', '99'))),
  fc.tuple(fc.constant('Sec-WebSocket-Key'), mostly(fc.constantFrom('AAAAAAAAAAAAAAAAAAAAAA==', 'AA=='))),
  fc.tuple(
    fc.constant('Sec-WebSocket-Protocol'),
    mostly(fc.constantFrom('bearer.x', `bearer.${KEY}`, 'a,,b', ',')),
  ),
  fc.tuple(
    fc.constant('Sec-WebSocket-Extensions'),
    mostly(fc.constantFrom('permessage-deflate', 'permessage-deflate; server_max_window_bits=99', ';;')),
  ),
  fc.tuple(
    fc.constant('Authorization'),
    mostly(fc.constantFrom(`Bearer ${KEY}`, 'Bearer x', 'Basic YTpi', 'Bearer')),
  ),
  fc.tuple(fc.constant('Expect'), mostly(fc.constantFrom('100-continue', '200-ok'))),
  fc.tuple(
    fc.constant('Range'),
    mostly(fc.constantFrom('bytes=0-', 'bytes=-1', 'bytes=9-1', `bytes=${'0-1,'.repeat(1000)}`)),
  ),
  fc.tuple(fc.constant('Last-Event-ID'), mostly(fc.constantFrom('0', '-1', 'a:1'))),
  fc.tuple(fc.constant('Accept-Encoding'), mostly(fc.constantFrom('gzip', ' ,,, ', '*;q=2'))),
  fc.tuple(fc.constant('Access-Control-Request-Method'), mostly(fc.constantFrom('POST', 'X'))),
  fc.tuple(fc.constant('X-Forwarded-For'), mostly(fc.constantFrom('127.0.0.1', '8.8.8.8'))),
  fc.tuple(
    fc.constant('X-Large'),
    fc.integer({ min: 1, max: 70_000 }).map((length) => 'x'.repeat(length)),
  ),
  fc.tuple(anything, anything),
);
const bodies = fc.oneof(
  fc.constantFrom(
    '',
    '{}',
    '[]',
    'a=b',
    '0\r\n\r\n',
    '2\r\n{}\r\n0\r\n\r\n',
    '5;a=b\r\n{"a":\r\n',
    'ffffffffffffffff\r\n{}',
    '-1\r\n',
    '2\n{}\n0\n\n',
    '2\r\n{}\r\n0\r\nHost: a\r\n\r\n',
  ),
  fc.integer({ min: 1, max: 20_000 }).map((length) => `2;${'x'.repeat(length)}\r\n{}\r\n0\r\n\r\n`),
  anything,
  // A second request where the first may end.
  fc.constant('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
);
const ends = fc.oneof(
  { weight: 12, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\r\r\n', '\r\n ', '\0\r\n') },
);

const requests = fc
  .record({
    method: methods,
    path: paths,
    version: versions,
    host: hosts,
    hasKey: fc.boolean(),
    sources,
    more: fc.array(more, { maxLength: 2 }),
    body: bodies,
    end: ends,
  })
  .map(({ method, path, version, host, hasKey, sources: from, more: further, body, end }) => {
    const headers = [
      ['Host', host],
      ...(hasKey ? [['Authorization', `Bearer ${KEY}`]] : []),
      ...from,
      ...further,
    ];
    const lines = headers.map(([name = '', value = '']) => `${name}: ${value}`);
    return `${[`${method} ${path} ${version}`, ...lines].join(end)}${end}${end}${body}`;
  });
const many = fc
  .tuple(fc.integer({ min: 1, max: 3000 }), anything)
  .map(
    ([times, value]) =>
      `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n${`a: ${value.slice(0, 20)}\r\n`.repeat(times)}\r\n`,
  );
const pipelined = fc
  .tuple(fc.integer({ min: 1, max: 60 }), requests)
  .map(([times, request]) => 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(times) + request);

const inputs: fc.Arbitrary<Input> = fc.record({
  isGateway: fc.boolean(),
  pieces: fc.constantFrom(1, 1, 1, 2, 7),
  bytes: fc.oneof(
    { weight: 12, arbitrary: requests.map((text) => Buffer.from(text)) },
    {
      weight: 2,
      arbitrary: fc.tuple(requests, fc.nat(400)).map(([text, end]) => Buffer.from(text).subarray(0, end)),
    },
    { weight: 1, arbitrary: many.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: pipelined.map((text) => Buffer.from(text)) },
    {
      weight: 1,
      arbitrary: fc.uint8Array({ minLength: 1, maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
    },
  ),
});

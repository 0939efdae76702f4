import { expect, it } from 'vitest';
import { ownUrl } from '../src/own-url.ts';

it.each([
  ['127.0.0.1', '127.0.0.1', 'IPv4', 'http://127.0.0.1:8001'],
  ['::1', '::1', 'IPv6', 'http://[::1]:8001'],
  ['localhost', '::1', 'IPv6', 'http://localhost:8001'],
  ['worker.example', '192.0.2.7', 'IPv4', 'http://worker.example:8001'],
  ['0.0.0.0', '0.0.0.0', 'IPv4', 'http://127.0.0.1:8001'],
  ['::', '::', 'IPv6', 'http://127.0.0.1:8001'],
])('a server that is bound to %s and listens at %s is reached', (host, address, family, url) => {
  expect(ownUrl(host, { address, family, port: 8001 })).toBe(url);
});

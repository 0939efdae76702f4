import { expect, test } from 'vitest';
import { httpHost, httpOrigin, isLoopback } from '../src/config/hosts.ts';

test.each([
  ['localhost', 'localhost'],
  ['LocalHost:8001', 'localhost'],
  ['localhost.', 'localhost'],
  ['127.0.0.1:8001', '127.0.0.1'],
  ['[::1]:8001', '::1'],
  ['::1', '::1'],
  ['cc.example.com:443', 'cc.example.com'],
  ['evil@localhost', null],
  ['localhost/x', null],
  ['localhost:port', null],
  ['[evil]', null],
  ['a b', null],
  ['', null],
])('the host of %j is %j', (header, host) => {
  expect(httpHost(header)).toBe(host);
});

test.each([
  ['https://cc.example.com', 'https://cc.example.com'],
  ['HTTPS://CC.example.com:443', 'https://cc.example.com'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://cc.example.com/page', null],
  ['https://user@cc.example.com', null],
  ['chrome-extension://abc', null],
  ['null', null],
  ['', null],
])('the origin %j is %j', (header, origin) => {
  expect(httpOrigin(header)).toBe(origin);
});

test('loopback is what only this machine can reach', () => {
  expect(['localhost', '127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true);
  expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.com', 'localhost.evil.com'].some(isLoopback)).toBe(false);
});

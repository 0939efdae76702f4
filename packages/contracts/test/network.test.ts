import { describe, expect, it } from 'vitest';
import { allowsHost, hostPattern, Network, type HostPattern } from '../src/index.ts';

const pattern = (text: string): HostPattern => {
  const found = hostPattern(text);
  if (found === null) throw new Error(`${text} is no pattern`);
  return found;
};

describe('a pattern of hosts', () => {
  it.each([
    ['example.com', 'example.com', 443, true],
    ['EXAMPLE.com', 'example.com', 80, true],
    ['example.com', 'example.com', 22, false],
    ['example.com:22', 'example.com', 22, true],
    ['example.com:22', 'example.com', 443, false],
    ['example.com', 'a.example.com', 443, false],
    ['*.example.com', 'a.example.com', 443, true],
    ['*.example.com', 'a.b.example.com', 443, true],
    ['*.example.com', 'example.com', 443, false],
    ['*.example.com', 'badexample.com', 443, false],
    ['*', 'anything.example', 443, true],
    ['*', 'anything.example', 25, false],
    ['*:25', 'anything.example', 25, true],
  ])('%s allows %s:%i: %s', (text, name, port, allowed) => {
    expect(allowsHost(pattern(text), { name, port })).toBe(allowed);
  });

  it.each([
    '',
    '.',
    'a..b',
    'https://example.com',
    'example.com/',
    'a b',
    '*example.com',
    'a.*.com',
    '**',
    'a:0',
    'a:65536',
    'a:b',
    'a:1:2',
    '[::1]:80',
    'a@b',
    'x'.repeat(64),
    'ä.example',
  ])('is not %j', (text) => {
    expect(hostPattern(text)).toBeNull();
    expect(Network.safeParse([text]).success).toBe(false);
  });

  it('stands for every name only in a setting', () => {
    expect(Network.safeParse(['*']).success).toBe(false);
    expect(Network.parse('open')).toBe('open');
  });
});

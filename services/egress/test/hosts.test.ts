import { hostPattern } from '@cc-executor/contracts';
import { Settings } from '@cc-executor/service-kit';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Hosts } from '../src/hosts/hosts.ts';
import { Lookups, type Address } from '../src/hosts/lookups.ts';
import { isPublic } from '../src/hosts/public-address.ts';
import { connectTarget, plainTarget } from '../src/ways/target.ts';

describe('an address is not public', () => {
  it.each(
    `0.0.0.0 127.0.0.1 127.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
    100.100.100.200 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255
    168.63.129.16 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 fe80::1 fe80::1%lo fc00::1 fd00:ec2::254 ff02::1
    64:ff9b::7f00:1 64:ff9b:1::a00:1 2002:7f00:1:: 2001::1 2001:db8::1 100::1 nonsense`.split(/\s+/),
  )('%s', (address) => expect(isPublic(address)).toBe(false));

  it('that is of this machine', () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    expect(own.length).toBeGreaterThan(0);
    for (const { address } of own) expect(isPublic(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '::ffff:1.1.1.1', '2606:4700:4700::1111'])(
    'but %s is',
    (address) => expect(isPublic(address)).toBe(true),
  );
});

describe('a request names', () => {
  it.each([
    ['example.com:443', { name: 'example.com', port: 443 }],
    ['EXAMPLE.com.:443', { name: 'example.com', port: 443 }],
    ['0x7f.1:80', { name: '127.0.0.1', port: 80 }],
    ['2130706433:80', { name: '127.0.0.1', port: 80 }],
    ['[::1]:80', { name: '[::1]', port: 80 }],
    ['example.com', null],
    ['example.com:0', null],
    ['example.com:65536', null],
    ['user@example.com:443', null],
    ['example.com:443/x', null],
    ['example.com#:443', null],
    ['exa mple.com:443', null],
    ['', null],
  ])('%j', (authority, target) => expect(connectTarget(authority)).toEqual(target));

  it.each([
    [
      'http://example.com/a?b',
      { target: { name: 'example.com', port: 80 }, host: 'example.com', path: '/a?b' },
    ],
    [
      'http://example.com:81',
      { target: { name: 'example.com', port: 81 }, host: 'example.com:81', path: '/' },
    ],
    ['http://example.com?x', { target: { name: 'example.com', port: 80 }, host: 'example.com', path: '/?x' }],
    ['http://a@example.com/', null],
    ['https://example.com/', null],
    ['/path', null],
    ['*', null],
  ])('%j', (url, found) => expect(plainTarget(url)).toEqual(found));
});

describe('a name that changes its address', () => {
  const target = { name: 'changing.example', port: 443 };
  const patterns = [hostPattern('changing.example') ?? { name: '', port: null }];

  it('is asked for once, and what was checked is what is used', async () => {
    const answers = [[{ address: '93.184.216.34', family: 4 }], [{ address: '127.0.0.1', family: 4 }]];
    let asked = 0;
    const lookup = async () => await Promise.resolve(answers[asked++] ?? []);
    const hosts = new Hosts({ allowed: patterns, private: [], lookup });
    expect(await hosts.find(patterns, target)).toEqual({ addresses: answers[0], byProxy: false });
    expect(asked).toBe(1);
    expect(await hosts.find(patterns, target)).toEqual({
      blocked: expect.stringContaining('its address 127.0.0.1 is not a public one'),
    });
  });

  it('is not reached if one of its addresses is private', async () => {
    const lookup = async () =>
      await Promise.resolve([
        { address: '93.184.216.34', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]);
    const hosts = new Hosts({ allowed: patterns, private: [], lookup });
    expect(await hosts.find(patterns, target)).toEqual({ blocked: expect.stringContaining('10.0.0.1') });
  });
});

describe('a resolver that does not answer', () => {
  const patterns = [hostPattern('*') ?? { name: '', port: null }];
  const found = [{ address: '93.184.216.34', family: 4 }];

  it('has a few names of one way at a time, and keeps no other way waiting', async () => {
    const asked: string[] = [];
    const answer = Promise.withResolvers<readonly Address[]>();
    const lookup = async (name: string) => {
      asked.push(name);
      return name.endsWith('.silent.example') ? await answer.promise : await Promise.resolve(found);
    };
    const hosts = new Hosts({ allowed: patterns, private: [], lookup });
    const [one, other] = [hosts.lookups(), hosts.lookups()];
    const names = Array.from({ length: 40 }, (_, at) => `${String(at)}.silent.example`);
    const pending = names.map(async (name) => await hosts.find(patterns, { name, port: 443 }, one));
    const target = { name: 'good.example', port: 443 };
    expect(await hosts.find(patterns, target, other)).toEqual({ addresses: found, byProxy: false });
    expect(asked.length).toBeLessThan(10);
    answer.resolve(found);
    for (const each of await Promise.all(pending)) expect(each).toEqual({ addresses: found, byProxy: false });
    expect(new Set(asked).size).toBe(41);
  });

  it('is named as what it is, and not as a name without addresses', async () => {
    const never = Promise.withResolvers<readonly Address[]>();
    const late = new Lookups(async () => await never.promise, { patienceMs: 20 });
    expect(await late.addressesOf('silent.example')).toEqual({
      unknown: 'silent.example was not resolved within 0.02 s.',
    });
    const rejecting = (code: string) => async () =>
      await Promise.reject<readonly Address[]>(Object.assign(new Error('no'), { code }));
    const target = { name: 'a.example', port: 443 };
    const answerTo = async (code: string) =>
      await new Hosts({ allowed: patterns, private: [], lookup: rejecting(code) }).find(patterns, target);
    expect(await answerTo('EAI_AGAIN')).toEqual({ missing: 'a.example could not be resolved (EAI_AGAIN).' });
    expect(await answerTo('ENOTFOUND')).toEqual({ missing: 'a.example has no address.' });
  });

  it('is asked once for what one way asks twice at a time', async () => {
    let asked = 0;
    const answer = Promise.withResolvers<readonly Address[]>();
    const lookups = new Lookups(async () => {
      asked += 1;
      return await answer.promise;
    });
    const both = Promise.all([lookups.addressesOf('a.example'), lookups.addressesOf('a.example')]);
    answer.resolve(found);
    expect(await both).toEqual([found, found]);
    expect(asked).toBe(1);
  });
});

describe('an address that CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS names', () => {
  const patterns = [hostPattern('*') ?? { name: '', port: null }];
  const refused = ['93.184.216.34', '8.8.0.0/16', '2606:4700::/32'];
  const hosts = new Hosts({ allowed: patterns, private: ['8.8.4.4:443'], refused });

  it.each(['93.184.216.34', '8.8.8.8', '[2606:4700:4700::1111]', '[::ffff:8.8.8.8]'])(
    'is not reached, such as %s',
    async (name) => {
      expect(await hosts.find(patterns, { name, port: 443 })).toEqual({
        blocked: expect.stringContaining('is one of CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS'),
      });
    },
  );

  it.each(['93.184.216.35', '[2606:4701::1]', '8.8.4.4'])('leaves others alone, such as %s', async (name) => {
    expect(await hosts.find(patterns, { name, port: 443 })).toHaveProperty('addresses');
  });

  it('is an address or a network, and nothing else', () => {
    const setting = Settings.shape.CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS;
    for (const text of refused) expect(setting.safeParse(text).success).toBe(true);
    for (const text of [
      'example.com',
      '8.8.0.0/33',
      '8.8.0.0/',
      '8.8.0.0/1/2',
      '::/129',
      '8.8.8',
      '8.8.0.0/x',
    ])
      expect([text, setting.safeParse(text).success]).toEqual([text, false]);
  });
});

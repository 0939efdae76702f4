import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Carrier } from '../../src/login/carrier.ts';

const HOUR_MS = 3600_000;
const NAME = '.credentials.json';
/** What else a user's file holds, and tasks need not see. */
const MORE = { mcpOAuth: { 'a server': { accessToken: 'of-a-server' } }, laterKey: [1, { two: 3 }] };

let host: string;
let inside: string;
let troubles: string[];

beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), 'cc-executor-login-'));
  onTestFinished(async () => await rm(root, { recursive: true, maxRetries: 10 }));
  [host, inside] = [join(root, 'host'), join(root, 'inside')];
  for (const folder of [host, inside]) await mkdir(folder);
  troubles = [];
});

const newCarrier = (isWithheld = false) =>
  new Carrier({ host, inside, isWithheld, onTrouble: (message) => troubles.push(message) });

function login(hours: number, name: string = randomUUID()) {
  return {
    accessToken: `sk-ant-oat01-${name}`,
    refreshToken: `sk-ant-ort01-${name}`,
    expiresAt: Date.now() + hours * HOUR_MS,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
    rateLimitTier: null,
  };
}

const put = async (folder: string, claudeAiOauth: unknown, more: object = {}) =>
  await writeFile(join(folder, NAME), JSON.stringify({ claudeAiOauth, ...more }));
const read = async (folder: string) =>
  JSON.parse(await readFile(join(folder, NAME), 'utf8')) as Record<string, unknown>;

/** Everything below a folder: names, kinds and contents. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) found[name] = `link to ${await readlink(path)}`;
    else found[name] = stats.isFile() ? `${String(stats.mode)} ${await readFile(path, 'utf8')}` : 'other';
  }
  return found;
}

describe('a login', () => {
  test('is carried to tasks alone, without what else the file holds', async () => {
    const mine = login(8);
    await put(host, mine, { ...MORE, organizationUuid: 'an-organization' });
    await writeFile(join(host, 'settings.json'), '{}');
    const before = await contentOf(host);
    expect(await newCarrier().look()).toBe('to the tasks');
    expect(await read(inside)).toEqual({ claudeAiOauth: mine, organizationUuid: 'an-organization' });
    expect(await readdir(inside)).toEqual([NAME]);
    expect((await lstat(join(inside, NAME))).mode & 0o777).toBe(0o600);
    expect(await contentOf(host)).toEqual(before);
  });

  test('that tasks refreshed is valid on the host, where everything else stays', async () => {
    const mine = login(0.1);
    await put(host, mine, MORE);
    const carrier = newCarrier();
    await carrier.look();
    const { accessToken, refreshToken, expiresAt } = login(8);
    await put(inside, {
      ...mine,
      accessToken,
      refreshToken,
      expiresAt,
      refreshTokenExpiresAt: expiresAt + 1,
    });
    expect(await carrier.look()).toBe('to the host');
    expect(await read(host)).toEqual({
      claudeAiOauth: { ...mine, accessToken, refreshToken, expiresAt, refreshTokenExpiresAt: expiresAt + 1 },
      ...MORE,
    });
    expect((await lstat(join(host, NAME))).mode & 0o777).toBe(0o600);
    expect(await carrier.look()).toBeNull();
  });

  test('that the host refreshed is valid for tasks', async () => {
    await put(host, login(1));
    const carrier = newCarrier();
    await carrier.look();
    const later = login(8);
    await put(host, later);
    expect(await carrier.look()).toBe('to the tasks');
    expect((await read(inside))['claudeAiOauth']).toEqual(later);
  });

  test('that was refreshed while nothing carried goes by the newest end', async () => {
    const [older, newer] = [login(1), login(8)];
    await put(host, older);
    await put(inside, newer);
    expect(await newCarrier().look()).toBe('to the host');
    expect(await read(host)).toMatchObject({ claudeAiOauth: newer });
    await put(host, login(10, 'newest'));
    expect(await newCarrier().look()).toBe('to the tasks');
    expect(await read(inside)).toMatchObject({ claudeAiOauth: { accessToken: 'sk-ant-oat01-newest' } });
  });

  test('of the user counts, whatever tasks have written meanwhile', async () => {
    await put(host, login(1));
    const carrier = newCarrier();
    await carrier.look();
    await put(inside, login(24 * 30));
    await put(host, login(8, 'logged-in-again'));
    expect(await carrier.look()).toBe('to the tasks');
    expect(await read(inside)).toMatchObject({
      claudeAiOauth: { accessToken: 'sk-ant-oat01-logged-in-again' },
    });
  });

  test('is withdrawn from tasks when the user has logged out', async () => {
    await put(host, login(8));
    const carrier = newCarrier();
    await carrier.look();
    await rm(join(host, NAME));
    expect(await carrier.look()).toBeNull();
    expect(await carrier.look()).toBe('withdrawn');
    expect(await readdir(inside)).toEqual([]);
    expect(await readdir(host)).toEqual([]);
  });

  test('that was made on the side of the tasks stays there', async () => {
    await put(inside, login(8));
    const carrier = newCarrier();
    for (const _ of 'abc') expect(await carrier.look()).toBeNull();
    expect(await readdir(host)).toEqual([]);
    expect(await readdir(inside)).toEqual([NAME]);
  });

  test('is not there for tasks that work with a key or a token, also an older one', async () => {
    await put(host, login(8));
    await newCarrier().look();
    const withheld = newCarrier(true);
    expect(await withheld.look()).toBe('withdrawn');
    await put(inside, login(9));
    const before = await contentOf(host);
    expect(await withheld.look()).toBe('withdrawn');
    expect(await readdir(inside)).toEqual([]);
    expect(await contentOf(host)).toEqual(before);
  });
});

/** All that Claude Code reads in its folder, or writes and reads again. */
const PLANTED = [
  'settings.json',
  'settings.local.json',
  'managed-settings.json',
  'CLAUDE.md',
  'CLAUDE.local.md',
  'rules/always.md',
  'skills/mine/SKILL.md',
  'agents/mine.md',
  'commands/mine.md',
  'output-styles/mine.md',
  'plugins/config.json',
  'plugins/installed_plugins.json',
  'plugins/repos/mine/plugin.json',
  'hooks/run.sh',
  'projects/-home-me/memory/MEMORY.md',
  'projects/-home-me/session.jsonl',
  'shell-snapshots/snapshot-bash-1.sh',
  'session-env/1/env.sh',
  'statsig/statsig.cached',
  'todos/1.json',
  'keybindings.json',
  'statusline.sh',
  'ide/1.lock',
  'history.jsonl',
  'local/claude',
  'bin/claude',
  'policy-limits.json',
  'remote-settings.json',
  'mcp.json',
  '.mcp.json',
  '.claude.json',
  '.config.json',
  '.device-keys.json',
  '.credentials.json.1',
  'backups/.claude.json.backup',
];

test('nothing that tasks plant on their side reaches the host', async () => {
  const mine = login(1);
  await put(host, mine, MORE);
  await mkdir(join(host, 'skills'));
  await writeFile(join(host, 'settings.json'), '{"model":"mine"}');
  const carrier = newCarrier();
  await carrier.look();
  const before = await contentOf(host);
  for (const name of PLANTED) {
    await mkdir(dirname(join(inside, name)), { recursive: true });
    await writeFile(join(inside, name), '{"hooks":{"SessionStart":[{"command":"touch /tmp/planted"}]}}');
  }
  expect(await carrier.look()).toBeNull();
  expect(await contentOf(host)).toEqual(before);

  // A refresh that brings more than tokens.
  const later = login(8);
  const hooks = { SessionStart: [{ hooks: [{ type: 'command', command: 'touch /tmp/planted' }] }] };
  await put(
    inside,
    { ...later, scopes: ['all'], subscriptionType: 'x', hooks, apiKeyHelper: 'touch x' },
    { hooks },
  );
  expect(await carrier.look()).toBe('to the host');
  const { accessToken, refreshToken, expiresAt } = later;
  expect(await read(host)).toEqual({
    claudeAiOauth: { ...mine, accessToken, refreshToken, expiresAt },
    ...MORE,
  });
  const { [NAME]: _before, ...rest } = before;
  const { [NAME]: _after, ...restAfter } = await contentOf(host);
  expect(restAfter).toEqual(rest);
});

describe('a file of tasks that is no login', () => {
  const path = () => join(inside, NAME);
  const later = login(8);
  const text = (fields: object) => JSON.stringify({ claudeAiOauth: { ...later, ...fields } });
  const cases: Record<string, () => Promise<unknown>> = {
    'of half a text': async () => await writeFile(path(), text({}).slice(0, -9)),
    'of nothing': async () => await writeFile(path(), ''),
    'of a list': async () => await writeFile(path(), '[]'),
    'of null': async () => await writeFile(path(), '{"claudeAiOauth":null}'),
    'of deep brackets': async () => await writeFile(path(), '['.repeat(900_000)),
    'with a token that is an object': async () => await writeFile(path(), text({ accessToken: {} })),
    'with a token of several lines': async () => await writeFile(path(), text({ refreshToken: 'a\nb' })),
    'with a token of 9,000 characters': async () =>
      await writeFile(path(), text({ accessToken: 'a'.repeat(9000) })),
    'with tokens that Claude Code has ended': async () =>
      await writeFile(path(), text({ accessToken: '', refreshToken: '', expiresAt: 0 })),
    'that ends in a hundred years': async () => await writeFile(path(), text({ expiresAt: 4.9e12 })),
    'that has ended': async () => await writeFile(path(), text({ expiresAt: Date.now() - 1 })),
    'that ends at a text': async () => await writeFile(path(), text({ expiresAt: '9999999999999' })),
    'of 8 GB': async () => {
      await writeFile(path(), text({}));
      await truncate(path(), 8 * 1024 ** 3);
    },
    'that is a link': async () => {
      const elsewhere = join(dirname(inside), 'elsewhere.json');
      await writeFile(elsewhere, text({}));
      await symlink(elsewhere, path());
    },
    'that is a link to the host': async () => await symlink(join(host, 'settings.json'), path()),
    'that is a link to a device': async () => await symlink('/dev/zero', path()),
    // eslint-disable-next-line @typescript-eslint/require-await
    'that is a pipe': async () => execFileSync('mkfifo', [path()]),
  };

  test.each(Object.keys(cases))('%s changes nothing on the host, and is replaced', async (name) => {
    await put(host, login(1), MORE);
    await writeFile(join(host, 'settings.json'), '{"model":"mine"}');
    const before = await contentOf(host);
    const carrier = newCarrier();
    await carrier.look();
    await rm(path());
    await cases[name]?.();
    expect(await carrier.look()).toBe('to the tasks');
    expect(await contentOf(host)).toEqual(before);
    expect((await read(inside))['claudeAiOauth']).toEqual((await read(host))['claudeAiOauth']);
    expect((await lstat(path())).isFile()).toBe(true);
    expect(troubles).toEqual([]);
  });

  test('and is a folder is reported once, and changes nothing on the host', async () => {
    await put(host, login(1));
    await mkdir(path());
    const before = await contentOf(host);
    const carrier = newCarrier();
    for (const _ of 'abc') expect(await carrier.look()).toBeNull();
    expect(troubles).toHaveLength(1);
    expect(await contentOf(host)).toEqual(before);
    expect(await readdir(inside)).toEqual([NAME]);
  });
});

test('a file of the host that is being written is waited for', async () => {
  await put(host, login(1));
  const carrier = newCarrier();
  await carrier.look();
  await put(inside, login(8));
  const before = await contentOf(inside);
  await writeFile(join(host, NAME), '{"claudeAiOauth":{"acce');
  expect(await carrier.look()).toBeNull();
  expect(await contentOf(inside)).toEqual(before);
  expect(await readFile(join(host, NAME), 'utf8')).toBe('{"claudeAiOauth":{"acce');
});

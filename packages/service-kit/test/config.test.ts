import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, INSTALLATION_ROOT, readConfig, readEnv, Settings, type Env } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kit-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(env: Env): readonly string[] {
  try {
    readConfig(Settings, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  throw new Error('nothing was wrong');
}

test('defaults hold when nothing is set, and an empty value counts as not set', () => {
  const config = readConfig(Settings, { PATH: '/bin', CC_EXECUTOR_HOST: '', CC_EXECUTOR_API_PORT: ' ' });
  expect(config).toMatchObject({
    CC_EXECUTOR_HOST: '127.0.0.1',
    CC_EXECUTOR_KEYLESS: false,
    CC_EXECUTOR_API_PORT: 8001,
    CC_EXECUTOR_WS_PORT: 8004,
    CC_EXECUTOR_API_KEY: [],
    REDIS_URL: undefined,
    CC_EXECUTOR_TASK_TIMEOUT: 3600,
    STREAM_TIMEOUT: 600,
    MAX_BUFFER_SIZE: 8 * 1024 * 1024,
    MAX_SESSIONS: 100,
    LOG_LEVEL: 'info',
  });
  expect(config.ALLOWED_COMMANDS).toBeUndefined();
  expect(config.CC_EXECUTOR_SHELL).toMatch(/^\/bin\/(zsh|bash|sh)$/);
  const named = readConfig(Settings, { PATH: '/bin', CC_EXECUTOR_SHELL: 'default' });
  expect(named.CC_EXECUTOR_SHELL).toBe(config.CC_EXECUTOR_SHELL);
});

test('every fault is reported at once, each with its name, what was got, and what it must be', () => {
  const faults = faultsOf({
    CC_EXECUTOR_API_PORT: '80.5',
    CC_EXECUTOR_WS_PORT: '70000',
    CC_EXECUTOR_KEYLESS: 'perhaps',
    STREAM_TIMEOUT: '0',
    MAX_SESSIONS: '-1',
    LOG_LEVEL: 'loud',
    REDIS_URL: 'http://user:hunter22@redis',
    CC_EXECUTOR_ALLOWED_ORIGINS: 'example.com',
    CC_EXECUTOR_ALLOWED_HOSTS: 'http://a',
    CC_EXECUTOR_SHELL: 'no-such-shell',
  });
  expect(faults).toHaveLength(10);
  const names = new Set(faults.map((fault) => fault.split(':')[0]));
  const wrong = [
    'CC_EXECUTOR_ALLOWED_HOSTS',
    'CC_EXECUTOR_ALLOWED_ORIGINS',
    'CC_EXECUTOR_API_PORT',
    'CC_EXECUTOR_KEYLESS',
    'CC_EXECUTOR_SHELL',
    'CC_EXECUTOR_WS_PORT',
    'LOG_LEVEL',
    'MAX_SESSIONS',
    'REDIS_URL',
    'STREAM_TIMEOUT',
  ];
  expect(names).toEqual(new Set(wrong));
  expect(faults).toContain(
    'CC_EXECUTOR_WS_PORT: got "70000"; must be a whole number from 0 to 65535 (0: any free port)',
  );
  expect(faults.join()).not.toContain('hunter22');
});

test.each([
  ['0.0.0.0', {}],
  ['192.168.1.2', {}],
  ['::', {}],
  ['0.0.0.0', { CC_EXECUTOR_API_KEY: ' , ' }],
  ['0.0.0.0', { CC_EXECUTOR_KEYLESS: 'no' }],
])('binding %s with %o is refused, and the sentence says what to do', (host, more) => {
  expect(faultsOf({ CC_EXECUTOR_HOST: host, ...more })).toEqual([
    expect.stringMatching(/^CC_EXECUTOR_HOST: .* set CC_EXECUTOR_API_KEY/),
  ]);
});

// Proves: loopback-or-a-key
test('another address is bound with a key, or where it is said that none is needed', () => {
  const withKey = readConfig(Settings, { CC_EXECUTOR_HOST: '::', CC_EXECUTOR_API_KEY: 'key-one, key-two' });
  expect(withKey.CC_EXECUTOR_API_KEY).toEqual(['key-one', 'key-two']);
  const keyless = readConfig(Settings, { CC_EXECUTOR_HOST: '0.0.0.0', CC_EXECUTOR_KEYLESS: 'YES' });
  expect(keyless.CC_EXECUTOR_KEYLESS).toBe(true);
});

test('one port for both is refused; any free port for both is not', () => {
  expect(faultsOf({ CC_EXECUTOR_API_PORT: '9000', CC_EXECUTOR_WS_PORT: '9000' })).toHaveLength(1);
  const config = readConfig(Settings, { CC_EXECUTOR_API_PORT: '0', CC_EXECUTOR_WS_PORT: '0' });
  expect(config.CC_EXECUTOR_WS_PORT).toBe(0);
});

test('paths become absolute: below the project, or below the home directory', () => {
  const config = readConfig(Settings, { CC_EXECUTOR_DATA_DIR: '~/cc', CC_EXECUTOR_WORKSPACES_DIR: 'work' });
  expect(config.CC_EXECUTOR_DATA_DIR).toBe(join(homedir(), 'cc'));
  expect(config.CC_EXECUTOR_WORKSPACES_DIR).toBe(join(INSTALLATION_ROOT, 'work'));
  const derived = readConfig(Settings, { CC_EXECUTOR_DATA_DIR: '/data' });
  expect(derived.CC_EXECUTOR_WORKSPACES_DIR).toBe('/data/workspaces');
});

test('a setting that a service needs must be set, and a secret is never repeated', () => {
  const schema = Settings.pick({ REDIS_URL: true }).required({ REDIS_URL: true });
  expect(() => readConfig(schema, {})).toThrow('A setting is wrong: REDIS_URL: must be set');
  expect(() => readConfig(schema, { REDIS_URL: 'http://:hunter22@redis' })).toThrow(
    'REDIS_URL: got a value; must begin with redis://, rediss:// or unix:///',
  );
});

test('the password of Redis may come from a file, for the user of the address', () => {
  const file = join(folder, 'password');
  writeFileSync(file, 'hush\n');
  const urlOf = (url: string, password = file) =>
    readConfig(Settings.pick({ REDIS_URL: true }), {
      REDIS_URL: url,
      CC_EXECUTOR_REDIS_PASSWORD_FILE: password,
    }).REDIS_URL;
  expect(urlOf('redis://services@store:6379')).toBe('redis://services:hush@store:6379');
  expect(urlOf('redis://services:other@store')).toBe('redis://services:other@store');
  expect(() => urlOf('redis://services@store', '/nowhere')).toThrow(
    'CC_EXECUTOR_REDIS_PASSWORD_FILE: got "/nowhere"; it can\'t be read (ENOENT)',
  );
});

test('a part of the settings is checked without the rest', () => {
  expect(readConfig(Settings.pick({ LOG_LEVEL: true }), { MAX_SESSIONS: 'x', LOG_LEVEL: 'DEBUG' })).toEqual({
    LOG_LEVEL: 'debug',
  });
});

test('a .env adds to the environment, which wins unless it is empty; none adds nothing', () => {
  const file = join(folder, '.env');
  writeFileSync(file, 'A=file\nB="of file"\nC=file # why\n');
  expect(readEnv({ A: 'real', B: '', D: undefined }, file)).toEqual({ A: 'real', B: 'of file', C: 'file' });
  expect(readEnv({ A: 'real' }, join(folder, 'none'))).toEqual({ A: 'real' });
});

test('a .env that cannot be read is a fault of the settings', () => {
  expect(() => readEnv({}, folder)).toThrow(ConfigError);
});

test.each(['%', '%%', 'short', '%,long-enough'])('the key %j is too short', (key) => {
  const [fault, ...others] = faultsOf({ CC_EXECUTOR_API_KEY: key });
  expect(fault).toContain('CC_EXECUTOR_API_KEY');
  expect(fault).not.toContain(JSON.stringify(key));
  expect(others).toEqual([]);
});

test('the workspaces are not the data directory itself, where keys and outputs are', () => {
  const both = { CC_EXECUTOR_DATA_DIR: '/srv/data', CC_EXECUTOR_WORKSPACES_DIR: '/srv/x/../data/' };
  expect(faultsOf(both)).toEqual([
    expect.stringContaining('must be another folder than CC_EXECUTOR_DATA_DIR'),
  ]);
});

test.each([
  ['CC_EXECUTOR_API_PROT', 'CC_EXECUTOR_API_PORT'],
  ['CC_EXECUTER_HOST', 'CC_EXECUTOR_HOST'],
  ['cc_executor_api_port', 'CC_EXECUTOR_API_PORT'],
  ['CC_EXECUTOR_CONCURENCY', 'CC_EXECUTOR_CONCURRENCY'],
])('a variable %s is a fault: it was meant to be %s', (name, meant) => {
  expect(() => readConfig(Settings, { [name]: '1' })).toThrow(`; did you mean ${meant}?`);
  expect(() => readConfig(Settings.pick({ LOG_LEVEL: true }), { [name]: '1' })).toThrow(`${name}: is not`);
});

test('names of tasks, of hooks and of clients are no faults, and neither are those that are to be ignored', () => {
  const ours =
    'URL RESULT_1 RESULT_12 WORKSPACE TASK TASK_KIND EXECUTION_ID LINEAGE HOOK UID IMAGE_TAG'.split(' ');
  const env = Object.fromEntries(ours.map((name) => [`CC_EXECUTOR_${name}`, '1']));
  const read = (more: Record<string, string>) =>
    readConfig(Settings.pick({ LOG_LEVEL: true }), { ...env, ...more });
  expect(read({ CC_EXECUTOR_NEWER_THING: '', OTHER_EXECUTOR: '1' })).toMatchObject({ LOG_LEVEL: 'info' });
  expect(() => read({ CC_EXECUTOR_NEWER_THING: '1' })).toThrow('CC_EXECUTOR_IGNORED_NAMES');
  for (const names of ['CC_EXECUTOR_X, CC_EXECUTOR_NEWER_THING', '*'])
    expect(() => read({ CC_EXECUTOR_NEWER_THING: '1', CC_EXECUTOR_IGNORED_NAMES: names })).not.toThrow();
});

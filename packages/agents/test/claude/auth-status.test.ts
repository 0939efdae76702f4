import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthStatus } from '@cc-executor/contracts';
import { authInstructions, claudeAuthStatus, LocalLauncher } from '../../src/index.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cc-executor-'));
});
afterEach(() => rm(home, { recursive: true, maxRetries: 10 }));

async function ask(env: Record<string, string> = {}, claudeExecutable: string | null = null) {
  const baseEnv = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
    ...env,
  };
  const status = await claudeAuthStatus({
    launch: new LocalLauncher().launch,
    configDirectory: null,
    baseEnv,
    claudeExecutable,
    requestTimeoutMs: 600_000,
    backgroundWaitMs: 1000,
    graceMs: 1000,
  });
  return AuthStatus.parse(status);
}

describe('authentication', () => {
  it.each<[AuthStatus['method'], Record<string, string>]>([
    ['api_key', { ANTHROPIC_API_KEY: 'sk-test' }],
    ['oauth_token', { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' }],
    ['third_party', { CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: 'eu-central-1' }],
  ])('by %s is recognised', async (method, env) => {
    const status = await ask(env);
    expect(status).toMatchObject({ status: 'authenticated', method });
    expect(JSON.stringify(status)).not.toContain('test');
  });

  it('by a stored login is recognised, where the configuration is', async () => {
    const login = {
      accessToken: 'sk-ant-oat01-test',
      refreshToken: 'sk-ant-ort01-test',
      scopes: ['user:inference'],
    };
    await mkdir(join(home, 'elsewhere'));
    await writeFile(join(home, 'elsewhere', '.credentials.json'), JSON.stringify({ claudeAiOauth: login }));
    expect(await ask({ CLAUDE_CONFIG_DIR: join(home, 'elsewhere') })).toMatchObject({
      status: 'authenticated',
      method: 'claude_login',
    });
  });

  it('that is missing comes with every way to it', async () => {
    const { instructions = [], ...status } = await ask({ ANTHROPIC_API_KEY: '' });
    expect(status).toEqual({
      status: 'not_authenticated',
      method: 'none',
      message: 'Claude Code has no credential.',
    });
    for (const word of [
      'ANTHROPIC_API_KEY',
      'claude setup-token',
      'CLAUDE_CODE_OAUTH_TOKEN',
      '~/.claude',
      'Keychain',
    ])
      expect(instructions.join('\n')).toContain(word);
  });

  it.each([
    ['machine', 'Log in: run `cc-executor login` (or `claude auth login`)'],
    ['container', 'With a Claude subscription: run `claude setup-token`'],
    ['macos', 'With a Claude subscription: run `claude setup-token`'],
  ] as const)('that is missing on a %s is cured first by what fits there', (place, step) => {
    const [first, ...others] = authInstructions('claude', 'none', place);
    expect(first).toContain(step);
    expect(others.join('\n')).toContain('ANTHROPIC_API_KEY');
    expect(authInstructions('claude', 'api_key', place)[0]).toContain('The key in ANTHROPIC_API_KEY is used');
  });

  it('is not there when Claude Code is not', async () => {
    expect(await ask({ ANTHROPIC_API_KEY: 'sk-test' }, '/no/such/claude')).toMatchObject({
      status: 'not_authenticated',
      message: 'There is no Claude Code at /no/such/claude.',
    });
  });

  it('is not there when what runs is not Claude Code', async () => {
    expect(await ask({}, '/bin/echo')).toMatchObject({
      status: 'not_authenticated',
      message: expect.stringContaining('could not report'),
    });
  });
});

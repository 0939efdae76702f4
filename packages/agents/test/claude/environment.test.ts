import { expect, it } from 'vitest';
import { configDirectoryOf } from '../../src/claude/config-directory.ts';
import { claudeEnvironment } from '../../src/claude/environment.ts';

const handedOn = (base: Record<string, string>) => {
  const env = claudeEnvironment({ baseEnv: base, configDirectory: null, requestTimeoutMs: 600_000 }, 'e');
  return Object.keys(base).filter((name) => name in env);
};

it('hands on what a program needs, the credentials, and nothing else', () => {
  expect(
    handedOn({
      HOME: '/h',
      PATH: '/bin',
      LC_ALL: 'C',
      https_proxy: 'p',
      SSL_CERT_FILE: 'c',
      XDG_RUNTIME_DIR: 'x',
      ANTHROPIC_API_KEY: 'k',
      CLAUDE_CODE_OAUTH_TOKEN: 't',
      REDIS_URL: 'r',
      CC_EXECUTOR_API_KEY: 'k',
      NODE_OPTIONS: '--inspect',
      GITHUB_TOKEN: 'g',
      AWS_SECRET_ACCESS_KEY: 'a',
    }),
  ).toEqual([
    'HOME',
    'PATH',
    'LC_ALL',
    'https_proxy',
    'SSL_CERT_FILE',
    'XDG_RUNTIME_DIR',
    'ANTHROPIC_API_KEY',
    'CLAUDE_CODE_OAUTH_TOKEN',
  ]);
});

it("hands on a cloud provider's credentials only when it is in use", () => {
  const aws = { AWS_PROFILE: 'p', AWS_REGION: 'r' };
  expect(handedOn({ ...aws, CLAUDE_CODE_USE_BEDROCK: '' })).toEqual([]);
  expect(handedOn({ ...aws, CLAUDE_CODE_USE_BEDROCK: '1', GOOGLE_CLOUD_PROJECT: 'g' })).toEqual([
    'AWS_PROFILE',
    'AWS_REGION',
    'CLAUDE_CODE_USE_BEDROCK',
  ]);
});

it('knows nothing of a Claude Code that the worker was started from', () => {
  expect(handedOn({ CLAUDECODE: '1', CLAUDE_CODE_ENTRYPOINT: 'cli', CLAUDE_CODE_SSE_PORT: '1' })).toEqual([]);
});

it('keeps the own retries of Claude Code low, whatever the worker has', () => {
  expect(
    claudeEnvironment(
      { baseEnv: { CLAUDE_CODE_MAX_RETRIES: '10' }, configDirectory: null, requestTimeoutMs: 600_000 },
      'e',
    ),
  ).toMatchObject({
    CLAUDE_CODE_MAX_RETRIES: '2',
  });
});

it('with a key or a token, and where Claude Code was never used, the home is left alone', () => {
  const of = (env: Record<string, string>) =>
    configDirectoryOf({ HOME: '/nobody', ...env }, '/data')?.('e') ?? null;
  expect(of({ ANTHROPIC_API_KEY: 'sk-test' })).toBe('/data/e');
  expect(of({ CLAUDE_CODE_OAUTH_TOKEN: 'made-up' })).toBe('/data/e');
  expect(of({})).toBe('/data/e');
  expect(of({ CLAUDE_CONFIG_DIR: '/mine', ANTHROPIC_API_KEY: 'sk-test' })).toBe('/data/e');
  expect(of({ CLAUDE_CONFIG_DIR: '/mine' })).toBeNull();
  expect(
    claudeEnvironment({ baseEnv: {}, configDirectory: (id) => `/data/${id}`, requestTimeoutMs: 1000 }, 'x')[
      'CLAUDE_CONFIG_DIR'
    ],
  ).toBe('/data/x');
});

it('hands on the documented settings that bound the tools of Claude Code', () => {
  const names = ['BASH_DEFAULT_TIMEOUT_MS', 'BASH_MAX_TIMEOUT_MS', 'MCP_TIMEOUT', 'MCP_TOOL_TIMEOUT'];
  expect(handedOn(Object.fromEntries(names.map((name) => [name, '1000'])))).toEqual(names);
});

it.each([
  { set: {}, given: '450000' },
  { set: { API_TIMEOUT_MS: '60000' }, given: '60000' },
  { set: { API_TIMEOUT_MS: '3600000' }, given: '450000' },
  { set: { API_TIMEOUT_MS: 'soon' }, given: '450000' },
])('has a request given up before a silence is too long: $set', ({ set, given }) => {
  const options = { baseEnv: set, configDirectory: null, requestTimeoutMs: 450_000 };
  expect(claudeEnvironment(options, 'e')).toMatchObject({ API_TIMEOUT_MS: given });
});

it('has what the task sets, but not in place of what this project sets', () => {
  const options = { baseEnv: { MCP_TIMEOUT: '1' }, configDirectory: null, requestTimeoutMs: 450_000 };
  const env = { MCP_TIMEOUT: '2', API_TIMEOUT_MS: '900000', CLAUDE_CODE_MAX_RETRIES: '9' };
  expect(claudeEnvironment(options, 'e', { env })).toMatchObject({
    MCP_TIMEOUT: '2',
    API_TIMEOUT_MS: '450000',
    CLAUDE_CODE_MAX_RETRIES: '2',
  });
});

import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import type { AuthStatus } from '@cc-executor/contracts';
import { findProgram, isCredential } from '@cc-executor/service-kit';
import { authInstructions } from './auth-instructions.ts';
import { claudeEnvironment } from './environment.ts';
import { claudeExecutable } from './executable.ts';
import type { ClaudeOptions } from './options.ts';
import { SETTING_SOURCES } from './query-options.ts';
import { whyNotStarted } from './why-not-started.ts';

/** It takes 0.2 s; some seconds on a machine that is busy with agents. */
const PATIENCE_MS = 15_000;

const METHODS: Readonly<Record<string, { method: AuthStatus['method']; by: string }>> = {
  api_key: { method: 'api_key', by: 'the API key in ANTHROPIC_API_KEY' },
  oauth_token: { method: 'oauth_token', by: 'the token in CLAUDE_CODE_OAUTH_TOKEN or ANTHROPIC_AUTH_TOKEN' },
  api_key_helper: { method: 'api_key_helper', by: 'the apiKeyHelper of its settings' },
  'claude.ai': { method: 'claude_login', by: 'the login that is stored in its directory' },
  third_party: { method: 'third_party', by: 'the credentials of a cloud provider' },
};

/**
 * Asks Claude Code, as the agent runs it, whether it has a credential and which. No request is sent
 * to the vendor, so a revoked credential is only detected when it is used. Never rejects.
 */
export async function claudeAuthStatus(options: ClaudeOptions): Promise<AuthStatus> {
  let shown = 'claude';
  try {
    const executable = claudeExecutable(options.claudeExecutable);
    // The user's own has the same login, and a short name.
    const own = findProgram(['claude'], claudeEnvironment(options, 'auth-status')['PATH']);
    if (own === null) shown = executable;
    return judge(await ask(executable, options), shown);
  } catch (error) {
    return notAuthenticated((error as Error).message, shown);
  }
}

/** It sends no request, so a placeholder is enough; other users could read the real one on its command line. */
function withPlaceholders(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, isCredential(name, value) ? 'placeholder' : value]),
  );
}

interface Answer {
  loggedIn?: boolean;
  authMethod?: string;
  loginExpiresAt?: string | null;
}

async function ask(executable: string, options: ClaudeOptions): Promise<Answer> {
  const { launch, graceMs } = options;
  const cwd = tmpdir();
  const child = launch({
    command: executable,
    args: [`--setting-sources=${SETTING_SOURCES.join(',')}`, 'auth', 'status', '--json'],
    cwd,
    env: withPlaceholders(claudeEnvironment(options, 'auth-status')),
    stdin: 'none',
  });
  const patience = setTimeout(() => {
    child.end(graceMs).catch(() => undefined);
  }, PATIENCE_MS);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  try {
    await child.started;
  } catch (error) {
    throw new Error(whyNotStarted(executable, cwd, error), { cause: error });
  } finally {
    await child.exited;
    clearTimeout(patience);
    await child.end(graceMs);
  }
  const [stdout, stderr] = await said;
  try {
    return JSON.parse(stdout) as Answer;
  } catch {
    throw new Error(
      `${executable} could not report whether it is authenticated: ${(stderr || stdout).trim()}`,
    );
  }
}

function judge(answer: Answer, executable: string): AuthStatus {
  const known = METHODS[answer.authMethod ?? ''];
  if (answer.loggedIn !== true || known === undefined)
    return notAuthenticated('Claude Code has no credential.', executable);
  const ends = Date.parse(answer.loginExpiresAt ?? '');
  if (ends < Date.now())
    return notAuthenticated(
      `The login of Claude Code ended at ${new Date(ends).toISOString()}.`,
      executable,
      known.method,
    );
  return {
    status: 'authenticated',
    method: known.method,
    message: `Claude Code has ${known.by}.`,
  };
}

function notAuthenticated(
  message: string,
  executable: string,
  inUse: AuthStatus['method'] = 'none',
): AuthStatus {
  const instructions = authInstructions(executable, inUse);
  return { status: 'not_authenticated', method: inUse, message, instructions };
}

import { z } from 'zod';
import { CcError } from '@cc-executor/contracts';
import { addHealthRoute, buildHttpApp } from '../../src/http/index.ts';
import { createLogger, readConfig, Settings, type Env } from '../../src/index.ts';

const HttpSettings = Settings.pick({
  CC_EXECUTOR_HOST: true,
  CC_EXECUTOR_KEYLESS: true,
  CC_EXECUTOR_ASK_FOR_KEY: true,
  CC_EXECUTOR_API_KEY: true,
  CC_EXECUTOR_ALLOWED_HOSTS: true,
  CC_EXECUTOR_ALLOWED_ORIGINS: true,
});

/** An app with a few routes, and what it has logged. */
export function probeApp(env: Env = {}, installationKey: string | null = null) {
  const log: string[] = [];
  const destination = { write: (line: string) => void log.push(line) };
  const logger = createLogger({ name: 'probe', level: 'info', destination });
  const app = buildHttpApp({
    config: readConfig(HttpSettings, env),
    logger,
    publicPrefixes: ['/docs'],
    installationKey,
  });
  addHealthRoute(app, { service: 'probe', version: '1', checks: {} });
  app.get('/docs/page', async () => 'a page');
  app.get('/items/:id', async (request) => request.params);
  app.delete('/items/:id', async () => ({ deleted: true }));
  const body = z.strictObject({ tasks: z.array(z.string()) }, 'must be an object');
  const querystring = z.strictObject({ limit: z.coerce.number().optional() });
  app.post('/items', { schema: { body, querystring } }, async (request) => request.body);
  app.post('/items/:id/cancel', async (request) => ({ body: request.body ?? null }));
  app.get('/throws/:what', async (request) => {
    const { what } = request.params as { what: string };
    if (what === 'error') throw new Error('a hidden reason');
    if (what === 'text') throw 'a hidden reason';
    if (what === 'nothing') throw undefined;
    if (what === 'store') throw new CcError('STORE_UNAVAILABLE', 'Redis does not answer.');
    throw new CcError('LOGIN_NOT_OFFERED', 'Not here.', { instructions: ['do this'] });
  });
  return { app, log };
}

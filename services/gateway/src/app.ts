import websocket from '@fastify/websocket';
import { version, type StartContext } from '@cc-executor/service-kit';
import { buildHttpApp, addHealthRoute } from '@cc-executor/service-kit/http';
import type { GatewayConfig } from './config.ts';
import type { GatewayDependencies } from './dependencies.ts';
import { closeRefusedUpgrades } from './sessions/refused-upgrades.ts';
import { mcpSocket } from './routes/mcp-socket.ts';
import { streamSocket } from './routes/stream-socket.ts';
import { Sessions } from './sessions/sessions.ts';
import { chooseProtocol } from './sessions/subprotocol.ts';

/** The largest message that a client may send, in bytes: as large as a body of the API. */
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/** Builds the gateway; it does not listen. */
export async function buildGateway(
  { ping, log }: GatewayDependencies,
  { config, logger }: Pick<StartContext<GatewayConfig>, 'config' | 'logger'>,
) {
  const app = buildHttpApp({ config, logger });
  const sessions = new Sessions({ limit: config.MAX_SESSIONS, guard: app.guard });
  await app.register(websocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, handleProtocols: chooseProtocol },
    preClose: async () => await sessions.close(),
  });
  closeRefusedUpgrades(app);
  app.get('/ws/mcp', { websocket: true, config: { public: true } }, mcpSocket({ sessions, log }));
  app.get(
    '/executions/:id/stream',
    { websocket: true, config: { public: true } },
    streamSocket({ sessions, log }),
  );
  const redis = {
    critical: true,
    run: async () => {
      await ping();
      return 'answers';
    },
  };
  const room = {
    critical: false,
    run: async () => {
      if (sessions.count >= config.MAX_SESSIONS) throw new Error('every session is taken');
      return `${String(sessions.count)} of ${String(config.MAX_SESSIONS)} taken`;
    },
  };
  addHealthRoute(app, { service: 'gateway', version, checks: { redis, sessions: room } });
  return app;
}

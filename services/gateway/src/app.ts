import websocket from '@fastify/websocket';
import { cancel } from '@cc-executor/executions';
import { version, type StartContext } from '@cc-executor/service-kit';
import { buildHttpApp, addHealthRoute } from '@cc-executor/service-kit/http';
import type { GatewayConfig } from './config.ts';
import type { GatewayDependencies } from './dependencies.ts';
import { describeSockets } from './description/asyncapi.ts';
import { closeRefusedUpgrades } from './sessions/refused-upgrades.ts';
import { feedSocket } from './routes/feed-socket.ts';
import { mcpSocket } from './routes/mcp-socket.ts';
import { streamSocket } from './routes/stream-socket.ts';
import { Foregrounds } from './processes/foregrounds.ts';
import { Sessions } from './sessions/sessions.ts';
import { chooseProtocol } from './sessions/subprotocol.ts';
import { Feeds } from './subscriptions/feeds.ts';

/** The largest message that a client may send, in bytes: as large as a body of the API. */
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/** Builds the gateway without listening. `times`: intervals that tests shorten. */
export async function buildGateway(
  ports: GatewayDependencies,
  { config, logger }: Pick<StartContext<GatewayConfig>, 'config' | 'logger'>,
  times: { pingMs?: number; graceMs?: number } = {},
) {
  const app = buildHttpApp({ config, logger, installationKey: ports.installationKey });
  const sessions = new Sessions({ limit: config.MAX_SESSIONS, guard: app.guard, ...times });
  const feeds = new Feeds(ports);
  const foregrounds = new Foregrounds({
    cancel: async (executionId, reason) => await cancel(ports, executionId, reason),
    onError: (error) => logger.warn({ err: error }, 'a process could not be cancelled'),
    ...times,
  });
  await app.register(websocket, {
    options: {
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      // A session answers pings itself.
      autoPong: false,
      handleProtocols: chooseProtocol,
    },
    preClose: async () => {
      foregrounds.close();
      await sessions.close();
      // Sockets that did not close in time, among them refused ones.
      for (const client of app.websocketServer.clients) client.terminate();
    },
  });
  closeRefusedUpgrades(app);
  // `/ws` is what some clients of cc_executor open, and `/healthz` what they ask.
  for (const address of ['/ws/mcp', '/ws'])
    app.get(
      address,
      { websocket: true, config: { public: true } },
      mcpSocket({ sessions, feeds, foregrounds, ports }),
    );
  app.get(
    '/executions/:id/stream',
    { websocket: true, config: { public: true } },
    streamSocket({ sessions, feeds }),
  );
  app.get('/feed', { websocket: true, config: { public: true } }, feedSocket({ sessions, feed: ports.feed }));
  app.get('/asyncapi.json', ({ host, hostname }) =>
    describeSockets({ gateway: host, api: withPort(hostname, config.CC_EXECUTOR_API_PORT) }),
  );
  const redis = {
    critical: true,
    run: async () => {
      await ports.ping();
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
  const health = { service: 'gateway', version, checks: { redis, sessions: room } };
  addHealthRoute(app, health, {}, ['/health', '/healthz']);
  return app;
}

/** Returns an address with its port; without one if the system chooses the port, since this process cannot know it. */
function withPort(hostname: string, port: number): string {
  return port === 0 ? hostname : `${hostname}:${String(port)}`;
}

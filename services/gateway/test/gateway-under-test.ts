import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, RedisExecutionStore } from '@cc-executor/executions-redis';
import { serviceContext, startRedis, waitFor } from '@cc-executor/testkit';
import type { AddressInfo } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { buildGateway } from '../src/app.ts';
import { gatewaySettings } from '../src/config.ts';
import { openDependencies } from '../src/dependencies.ts';

/** The gateway that production uses, on a Redis of its own; and a store to write events with. */
export async function startGateway(
  env: Record<string, string> = {},
  times: Parameters<typeof buildGateway>[2] = {},
) {
  const redis = await startRedis();
  const data = await mkdtemp(join(tmpdir(), 'cc-data-'));
  const context = serviceContext(gatewaySettings, {
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: data,
    CC_EXECUTOR_WORKSPACES_DIR: join(data, 'workspaces'),
    ...env,
  });
  const app = await buildGateway(await openDependencies(context), context, times);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const writer = connect(redis.url, 'patient', () => undefined);
  const { port } = app.server.address() as AddressInfo;
  const clients: Client[] = [];
  return {
    redis,
    app,
    store: new RedisExecutionStore(writer),
    port,
    open: async (path: string, options: ClientOptions & { protocols?: string[] } = {}) => {
      const client = new Client(`ws://127.0.0.1:${String(port)}${path}`, options);
      clients.push(client);
      await client.settled;
      return client;
    },
    close: async () => {
      for (const client of clients) client.socket.terminate();
      await app.close();
      writer.disconnect();
      await context.close();
      await redis.stop();
      await rm(data, { recursive: true, maxRetries: 10 });
    },
  };
}

export type GatewayUnderTest = Awaited<ReturnType<typeof startGateway>>;

export interface Message {
  id?: unknown;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; data: { code: string; errors?: { path: string }[] } };
  seq?: number;
  type?: string;
}

/** A client's socket, and all that it was sent. */
export class Client {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  /** Resolves when the socket is open or was refused. */
  readonly settled: Promise<void>;
  status: number | undefined;
  closed: number | undefined;

  constructor(url: string, { protocols = [], ...options }: ClientOptions & { protocols?: string[] }) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Message));
    this.socket.on('close', (code) => {
      this.closed = code;
    });
    this.settled = new Promise((resolve) => {
      this.socket.once('open', resolve);
      this.socket.once('error', () => resolve());
      this.socket.once('unexpected-response', (_, response) => {
        this.status = response.statusCode;
        resolve();
      });
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message that fits, once it is there. */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    return await waitFor(() => this.messages.find(fits), { what: 'a message' });
  }

  async untilClosed(): Promise<number> {
    return await waitFor(() => this.closed, { what: 'the socket to close' });
  }

  /** The seqs of the events that came, in order. */
  get seqs(): number[] {
    return this.messages.flatMap(({ seq, method, params }) =>
      method === 'event' ? [params?.['seq'] as number] : (seq ?? []),
    );
  }
}

import type { NotificationName, NotificationParams, RpcMethod, RpcResult } from '@cc-executor/contracts';
import { waitFor } from '@cc-executor/testkit';
import { createHash } from 'node:crypto';
import { WebSocket } from 'ws';

interface Answer {
  id?: string;
  result?: unknown;
  error?: { code: number; message: string; data: { code: string } };
}
type Told = { [N in NotificationName]: { method: N; params: NotificationParams<N> } }[NotificationName];

/** A client of `/ws/mcp`, with nothing but a WebSocket library. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly told: Told[] = [];
  readonly #answers: Answer[] = [];
  #calls = 0;

  constructor(url: string) {
    this.socket = new WebSocket(`${url}/ws/mcp`);
    this.socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Answer | Told;
      if ('method' in message) this.told.push(message);
      else this.#answers.push(message);
    });
  }

  /** The answer of a call, be it a result or an error. */
  async ask(method: RpcMethod, params: object = {}): Promise<Answer> {
    const id = `call ${String((this.#calls += 1))}`;
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return await waitFor(() => this.#answers.find((answer) => answer.id === id), {
      what: `an answer to ${method}`,
    });
  }

  /** The result of a call; throws its error. */
  async call<M extends RpcMethod>(method: M, params: object = {}): Promise<RpcResult<M>> {
    const { result, error } = await this.ask(method, params);
    if (error) throw new Error(`${String(error.code)} ${error.message}`);
    return result as RpcResult<M>;
  }

  /** The params of the first notification of this name that fits, once it is there. */
  async next<N extends NotificationName>(
    name: N,
    fits: (params: NotificationParams<N>) => boolean = () => true,
    seconds = 30,
  ): Promise<NotificationParams<N>> {
    return await waitFor(() => this.all(name).find(fits), { what: name, seconds });
  }

  all<N extends NotificationName>(name: N): NotificationParams<N>[] {
    return this.told.flatMap((told) => (told.method === name ? [told.params as NotificationParams<N>] : []));
  }

  /** Runs a command in the foreground to its end. */
  async run(command: string, seconds = 30) {
    this.told.length = 0;
    const { execution_id } = await this.call('execute', { command });
    return await this.next('process.completed', (params) => params.execution_id === execution_id, seconds);
  }

  /** The bytes of a stream that came, put together. */
  bytes(type: 'stdout' | 'stderr'): Buffer {
    const parts = this.all('process.output').filter((output) => output.type === type);
    return Buffer.concat(parts.map(({ data, encoding }) => Buffer.from(data, encoding ?? 'utf8')));
  }

  get text(): string {
    return this.bytes('stdout').toString();
  }
}

export async function openSocket(url: string): Promise<SocketClient> {
  const client = new SocketClient(url);
  await client.next('connected');
  return client;
}

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

import { rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** One service's line to Redis, which can be cut. */
export class Line {
  /** For REDIS_URL. */
  readonly url: string;
  readonly #path: string;
  readonly #target: string;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cut: 'closed' | 'silent' | null = null;

  private constructor(path: string, target: string) {
    this.#path = path;
    this.#target = target;
    this.url = `unix://${path}`;
    this.#server = createServer((near) => this.#carry(near));
  }

  /** Listens at a path of a socket, for a Redis at another. */
  static async open(path: string, redisUrl: string): Promise<Line> {
    const line = new Line(path, redisUrl.slice('unix://'.length));
    await new Promise<void>((resolve) => line.#server.listen(path, resolve));
    return line;
  }

  /** `closed`: connections end, and no other is made; `silent`: they stay, and nothing comes through them any more. */
  cut(how: 'closed' | 'silent'): void {
    this.#cut = how;
    for (const pair of this.#pairs)
      for (const socket of pair)
        if (how === 'closed') socket.destroy();
        else socket.pause();
  }

  /** Lets everything through again; connections that fell silent are gone. */
  mend(): void {
    this.#cut = null;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  async close(): Promise<void> {
    this.mend();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#path, { force: true });
  }

  #carry(near: Socket): void {
    if (this.#cut === 'closed') {
      near.destroy();
      return;
    }
    const far = createConnection(this.#target);
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [far, near]] as const) {
      from.on('data', (chunk) => to.write(chunk));
      from
        .on('error', () => undefined)
        .on('close', () => {
          to.destroy();
          this.#pairs.delete(pair);
        });
      if (this.#cut === 'silent') from.pause();
    }
  }
}

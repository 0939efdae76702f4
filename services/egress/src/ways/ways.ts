import { hostPattern } from '@cc-executor/contracts';
import { wayFolder, type WayRequest } from '@cc-executor/sandbox/protocol';
import type { Logger } from '@cc-executor/service-kit';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Hosts } from '../hosts/hosts.ts';
import { Way, type WayListener } from './way.ts';

/** How long a caller that lost its connection has to ask for its way again before that is removed. Milliseconds. */
const TAKE_OVER_MS = 60_000;

export interface WaysOptions {
  /** The path of egress' own socket. */
  socket: string;
  hosts: Hosts;
  /** By which all but private hosts are reached; default: none. */
  proxy?: URL | null;
  /** How much one way may carry, in bytes. */
  bytes: number;
  logger: Logger;
}

/** The ways of all attempts. */
export class Ways {
  readonly #options: WaysOptions;
  readonly #open = new Map<string, Way>();
  #tidying: NodeJS.Timeout | undefined;

  constructor(options: WaysOptions) {
    this.#options = options;
  }

  /** Begins to remove what nobody requests again, such as what an earlier egress has left. */
  begin(): void {
    this.#tidying = setInterval(() => {
      this.#tidy().catch((error: unknown) =>
        this.#options.logger.warn({ err: error }, 'old ways could not be removed'),
      );
    }, TAKE_OVER_MS);
  }

  /** Opens a way. Rejects, with a message for people, for a host that is not allowed and for a way that is there. */
  async open({ way: id, hosts: asked, carried }: WayRequest, news: WayListener): Promise<Way> {
    const { socket, hosts, proxy = null, bytes, logger } = this.#options;
    const patterns = asked.map((text) => {
      const pattern = hostPattern(text);
      if (pattern === null || !hosts.allows(pattern))
        throw new Error(`CC_EXECUTOR_SANDBOX_HOSTS of egress does not allow ${text}.`);
      return pattern;
    });
    if (this.#open.has(id)) throw new Error(`The way ${id} is open.`);
    const folder = wayFolder(socket, id);
    const way = new Way({
      folder,
      patterns,
      hosts,
      proxy,
      bytes,
      carried,
      news,
      logger,
      onClosed: () => this.#open.delete(id),
    });
    this.#open.set(id, way);
    try {
      await way.listen();
    } catch (error) {
      await way.stop();
      throw error;
    }
    return way;
  }

  /** Ends all of them. Their folders stay for the next egress, which is asked for them again. */
  async close(): Promise<void> {
    clearInterval(this.#tidying);
    await Promise.all([...this.#open.values()].map(async (way) => await way.stop()));
  }

  async #tidy(): Promise<void> {
    const folder = join(dirname(this.#options.socket), 'ways');
    for (const id of await readdir(folder).catch(() => [])) {
      const path = join(folder, id);
      const changed = (await stat(path).catch(() => null))?.mtimeMs ?? Infinity;
      if (!this.#open.has(id) && changed < Date.now() - TAKE_OVER_MS)
        await rm(path, { recursive: true, force: true });
    }
  }
}

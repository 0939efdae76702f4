import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, pipeline } from 'node:stream';
import { within } from '@cc-executor/service-kit/within';
import type { Exit, LaunchedProcess } from '../launch/launch.ts';

/** How long a program has to end by itself when nobody talks to it any more. Milliseconds. */
const CLOSE_MS = 2000;

/** A socket at which a process of ours finds the input and output of a program that runs in a container. */
export class PeerSocket {
  readonly path: string;
  readonly #folder: string;
  readonly #server: Server;
  #hasPeerEnded = false;
  #isLeft = false;

  private constructor(folder: string, path: string, server: Server) {
    this.#folder = folder;
    this.path = path;
    this.#server = server;
  }

  static async open(): Promise<PeerSocket> {
    // Only this user may enter it.
    const folder = await mkdtemp(join(tmpdir(), 'cc-peer-'));
    const path = join(folder, 'peer');
    const server = createServer({ allowHalfOpen: true }).listen(path);
    await once(server, 'listening');
    return new PeerSocket(folder, path, server);
  }

  /** Whether the program ended while somebody still talked to it. */
  get wasCut(): boolean {
    return this.#hasPeerEnded;
  }

  /** Connects the first one that comes to a program. */
  connect({ stdin, stdout }: Pick<LaunchedProcess, 'stdin' | 'stdout'>): void {
    stdout.once('end', () => (this.#hasPeerEnded = !this.#isLeft));
    this.#server.once('connection', (socket: Socket) => {
      this.#server.close();
      const leave = () => (this.#isLeft = true);
      socket.once('end', leave).once('close', leave);
      if (stdin !== null) pipeline(socket, stdin, () => undefined);
      pipeline(stdout, socket, () => undefined);
    });
  }

  close(): void {
    this.#server.close();
    rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Returns a process of ours and the program that it talks to in a container as one. */
export function withPeer(own: LaunchedProcess, peer: LaunchedProcess, socket: PeerSocket): LaunchedProcess {
  const both = [own, peer] as const;
  const ofBoth = async <T>(act: (one: LaunchedProcess) => Promise<T>) => await Promise.all(both.map(act));
  const started = async () => {
    try {
      const [, event] = await Promise.all([own.started, peer.started]);
      return event;
    } catch (error) {
      await ofBoth(async (one) => await one.end(0));
      throw error;
    }
  };
  const exited = async (): Promise<Exit> => {
    const exit = await own.exited;
    await within(peer.exited, CLOSE_MS, null);
    await peer.end(0);
    const { because } = await peer.exited;
    // What ended the program from outside says more than what our process saw of it.
    return socket.wasCut && because !== null ? { ...exit, because } : exit;
  };
  const event = started();
  event.catch(() => undefined);
  return {
    started: event,
    exited: exited(),
    stdin: null,
    stdout: own.stdout,
    stderr: joined(own.stderr, peer.stderr),
    signal: async (signal) => (await ofBoth(async (one) => await one.signal(signal))).some(Boolean),
    pause: async () => {
      await ofBoth(async (one) => await one.pause());
    },
    resume: async () => {
      await ofBoth(async (one) => await one.resume());
    },
    end: async (graceMs) => (await ofBoth(async (one) => await one.end(graceMs))).flat(),
    ...(own.ahead && { ahead: own.ahead }),
  };
}

/** Returns what two streams carry as one, until both have ended. */
function joined(...streams: readonly LaunchedProcess['stderr'][]): PassThrough {
  const all = new PassThrough();
  let open = streams.length;
  for (const stream of streams) {
    stream.pipe(all, { end: false });
    stream.once('close', () => {
      open -= 1;
      if (open === 0) all.end();
    });
  }
  return all;
}

import type { AttemptContainer } from '@cc-executor/agents';
import { OpenedFolder } from '@cc-executor/evidence/opened-folder';
import { INSIDE, modelFolder } from '@cc-executor/sandbox/protocol';
import { ModelRelay, type ModelServer, type Pass, type Seen } from '@cc-executor/service-kit/model-relay';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The way of one agent in a container to its model. */
export interface ModelWay {
  /** The placeholder of the credential. */
  token: string;
  /** The path of its socket, as its container sees it. */
  socket: string;
  /** The answers to its requests. */
  seen: Seen;
  /** Ends it. Never rejects. */
  close: () => Promise<void>;
}

/** The ways to a model of agents in containers: each has its own socket, which only the containers of its attempt see. */
export class ModelWays {
  readonly #model: ModelServer;
  readonly #launcherSocket: string;
  readonly #open = new Set<() => Promise<void>>();

  constructor(model: ModelServer, launcherSocket: string) {
    this.#model = model;
    this.#launcherSocket = launcherSocket;
  }

  /** Opens the way of an agent. */
  async open(
    place: Pick<AttemptContainer, 'executionId' | 'task' | 'attempt'>,
    pass: Parameters<ModelRelay['grant']>[0],
  ): Promise<ModelWay> {
    const folder = modelFolder(this.#launcherSocket, place);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const name = `${randomUUID().slice(0, 8)}.sock`;
    // By its descriptor the folder has a short path, and that of a socket has at most 107 bytes.
    const opened = await OpenedFolder.open(folder);
    const path = opened.at(Buffer.from(name)).toString();
    const relay = await ModelRelay.open({ model: this.#model, socket: path }).catch(
      async (error: unknown) => {
        await opened.close();
        throw error;
      },
    );
    const close = async () => {
      this.#open.delete(close);
      await relay.close();
      await rm(path, { force: true });
      await opened.close();
    };
    this.#open.add(close);
    await chmod(path, 0o666);
    const { token, seen }: Pass = relay.grant(pass);
    return { token, seen, socket: join(INSIDE.model, name), close };
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map(async (close) => await close()));
    this.#model.close();
  }
}

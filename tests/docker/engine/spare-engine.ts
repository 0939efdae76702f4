import { waitFor } from '@cc-executor/testkit';
import Docker from 'dockerode';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, succeeds } from '../run.ts';

/** What the image of a spare engine has. */
const PROGRAMS = ['/bin/sh', '/bin/sleep', '/bin/true', '/usr/bin/yes', '/usr/bin/head'];
const IMAGE = 'few-programs:local';

/** An engine that a test may kill: with data of its own and a small image. It touches nothing of the machine's network. */
export class SpareEngine {
  readonly image = IMAGE;
  readonly docker: Docker;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.docker = new Docker({ socketPath: this.socket });
  }

  static async create(): Promise<SpareEngine> {
    const engine = new SpareEngine(await mkdtemp(join(tmpdir(), 'cc-spare-')));
    await engine.start();
    await engine.#makeImage();
    return engine;
  }

  get socket(): string {
    return join(this.#folder, 'docker.sock');
  }

  get host(): string {
    return `unix://${this.socket}`;
  }

  async start(): Promise<void> {
    // What a killed engine leaves: the number of a process that is gone.
    await rm(join(this.#folder, 'run', 'containerd', 'containerd.pid'), { force: true });
    await rm(join(this.#folder, 'pid'), { force: true });
    const args = ['--host', this.host, '--exec-root', join(this.#folder, 'run')];
    args.push('--data-root', join(this.#folder, 'data'), '--pidfile', join(this.#folder, 'pid'));
    args.push('--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false');
    args.push('--ip-forward=false');
    const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', '/usr/sbin/dockerd', ...args], {
      stdio: 'ignore',
    });
    this.#child = child;
    await waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error('dockerd ended at once');
        return await this.docker.ping().then(
          () => true,
          () => false,
        );
      },
      { what: 'the spare engine to answer', seconds: 120 },
    );
  }

  /** Kills it, as a crash does. What runs in containers goes on. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Removes all its containers and ends it. */
  async remove(): Promise<void> {
    if (this.#child === undefined) await this.start();
    for (const { Id } of await this.docker.listContainers({ all: true }))
      await this.docker.getContainer(Id).remove({ force: true });
    await this.stop('SIGTERM');
    const mounts = await readFile('/proc/self/mounts', 'utf8');
    const left = mounts.split('\n').map((line) => line.split(' ')[1] ?? '');
    for (const path of left.filter((mount) => mount.startsWith(`${this.#folder}/`)).toReversed())
      await succeeds(['umount', path]);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20 });
  }

  async #makeImage(): Promise<void> {
    const needed = (await run(['ldd', ...PROGRAMS])).match(/\/[\w./+-]+(?= \(0x)/g) ?? [];
    const files = [...new Set([...PROGRAMS, ...needed])].map((path) => path.slice(1));
    const tar = join(this.#folder, 'image.tar');
    await run(['tar', '--dereference', '-C', '/', '-cf', tar, ...files]);
    await run(['docker', '-H', this.host, 'import', tar, IMAGE]);
  }
}

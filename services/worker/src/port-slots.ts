import { Lock } from '@cc-executor/workspaces';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Below the ports that systems hand out by themselves, which begin at 32768. */
const FIRST_PORT = 20_000;
const PORTS = 100;
const MOST = 100;

/** A range of ports that no other task of this installation was given. */
export interface PortSlot {
  variables: Record<string, string>;
  release: () => Promise<void>;
}

/**
 * Ranges of ports for tasks that run at the same time: servers in copies of one workspace would collide. Each is held by a
 * lock on a file, which ends with the process that has it, so that several workers of a data directory share them.
 */
export class PortSlots {
  readonly #folder: string;

  /** `folder`: of the locks; it is made where it is not there. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes the first range that is free; null: all are taken. */
  async take(): Promise<PortSlot | null> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (let slot = 0; slot < MOST; slot += 1) {
      const release = await this.#hold(slot);
      if (release === null) continue;
      const base = String(FIRST_PORT + slot * PORTS);
      return { variables: { CC_EXECUTOR_SLOT: String(slot), CC_EXECUTOR_PORT_BASE: base }, release };
    }
    return null;
  }

  async #hold(slot: number): Promise<(() => Promise<void>) | null> {
    const lock = new Lock(join(this.#folder, String(slot)), 0);
    const [held, over] = [Promise.withResolvers<boolean>(), Promise.withResolvers<void>()];
    const whole = lock.alone(async () => {
      held.resolve(true);
      await over.promise;
    });
    whole.catch(() => held.resolve(false));
    if (!(await held.promise)) {
      await lock.close();
      return null;
    }
    return async () => {
      over.resolve();
      await lock.close();
    };
  }
}

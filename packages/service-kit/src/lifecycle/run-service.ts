import { join } from 'node:path';
import type { z } from 'zod';
import { INSTALLATION_ROOT } from '../config/project-root.ts';
import { readConfig } from '../config/read-config.ts';
import { readEnv } from '../config/read-env.ts';
import type { Env } from '../config/settings.ts';
import type { Logger } from '../logger.ts';
import { defaultLogger } from './default-logger.ts';
import { messageOf } from './closers.ts';
import { takeOver } from './handed-over.ts';
import { endProcess, type ProcessEnd } from './end-process.ts';
import { Lifecycle } from './lifecycle.ts';
import { StartFailure } from './start-failure.ts';
import { hasParent, onParentGone, notifyParent } from './parent.ts';
import { onEndingSignals, refuseDebugger } from './signals.ts';

/** The context of a service's start-up. */
export interface StartContext<Config> {
  config: Config;
  /** The environment with what the project's .env adds; only to be passed on to other programs. */
  env: Env;
  logger: Logger;
  /** Registers a function that closes a resource, on the line that opens it. Called in reverse order. */
  onClose: Lifecycle['onClose'];
  /** Registers a short action for a forced end. */
  onForcedEnd: Lifecycle['onForcedEnd'];
  /** Aborted when the service has to stop. */
  stopSignal: AbortSignal;
  /** Stops the service from inside, as a failure. */
  fail: (error: unknown) => void;
}

export interface Service<S extends z.ZodObject> {
  name: string;
  /** The settings that it reads; see `Settings.pick`. */
  settings: S;
  /** The environment of the process, from main.ts. */
  env: Env;
  /** Opens everything. Its result is logged and sent to the parent process as `{type: 'ready', …}`. */
  start: (context: StartContext<z.output<S>>) => Promise<Record<string, unknown>>;
  /** The deadline of a stop, in milliseconds; default 10,000. */
  stopDeadlineMs?: (config: z.output<S>) => number;
  /** Default: lines of JSON on standard output. */
  logger?: (config: z.output<S>) => Logger;
}

/**
 * Runs a service in this process: settings, start-up, signals, stop. Resolves when it runs, and ends the process
 * by itself: by the signal that it received, with code 0 if its parent has ended, with code 1 and one sentence
 * if it could not start. A second signal ends it at once.
 */
export async function runService<S extends z.ZodObject>(service: Service<S>): Promise<void> {
  refuseDebugger();
  nameProcess(service.name);
  // If nobody reads the output any more, as after a terminal was closed, the work continues to its clean end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    const given = takeOver(service.env);
    // A parent has already read the file, and passes the result as the environment.
    const env = hasParent() ? given : readEnv(given, join(INSTALLATION_ROOT, '.env'));
    const config = readConfig(service.settings, env);
    await live(service, config, env);
  } catch (error) {
    await refuse(service.name, error);
  }
}

async function live<S extends z.ZodObject>(
  service: Service<S>,
  config: z.output<S>,
  env: Env,
): Promise<void> {
  const logger = service.logger?.(config) ?? defaultLogger(service.name, config, env);
  const lifecycle = new Lifecycle({ logger, stopDeadlineMs: service.stopDeadlineMs?.(config) ?? 10_000 });
  const stop = (reason: string, how: ProcessEnd) => {
    lifecycle
      .stop(reason)
      .finally(() => endProcess(how))
      .catch(() => undefined);
  };
  let failed = false;
  const fail = (error: unknown) => {
    // Reporting an error may throw the next one: only the first is reported.
    if (failed) return;
    failed = true;
    logger.fatal({ err: error }, messageOf(error));
    stop(messageOf(error), { code: 1 });
  };

  onEndingSignals({
    first: (signal) => stop(signal, { signal }),
    again: (signal) => {
      lifecycle
        .forceEnd()
        .finally(() => endProcess({ signal }))
        .catch(() => undefined);
    },
  });
  if (hasParent()) onParentGone(() => stop('its parent process is gone', { code: 0 }));
  process.on('uncaughtException', fail);

  const { stopSignal } = lifecycle;
  const onClose = lifecycle.onClose.bind(lifecycle);
  const onForcedEnd = lifecycle.onForcedEnd.bind(lifecycle);
  const context = { config, env, logger, onClose, onForcedEnd, stopSignal, fail };
  const details = await lifecycle
    .start(() => service.start(context))
    .catch((error: unknown) => {
      // An error with its own sentence is reported by that; for any other the log needs the cause.
      logger[error instanceof StartFailure ? 'info' : 'fatal']({ err: error }, 'could not start');
      throw error;
    });
  if (details === undefined) return;
  logger.info(details, 'ready');
  await notifyParent({ ...details, type: 'ready' });
}

/** Reports one sentence for people, to the parent if there is one, and ends the process with code 1. */
async function refuse(name: string, error: unknown): Promise<void> {
  const message =
    error instanceof StartFailure ? error.message : `${name} could not start: ${messageOf(error)}`;
  if (hasParent()) await notifyParent({ type: 'failed', message });
  else process.stderr.write(`${message}\n`);
  endProcess({ code: 1 });
}

/**
 * Names this process, also in its command line, so that a task that kills its own programs by `pkill -f node` or
 * `killall node` does not kill the service that runs it.
 */
function nameProcess(name: string): void {
  process.title = name.startsWith('cc-executor') ? name : `cc-executor-${name}`;
}

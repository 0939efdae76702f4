import { createLogger, readConfig, type StartContext } from '@cc-executor/service-kit';
import type { z } from 'zod';

/**
 * Returns the start-up context for a service that a test builds in its own process; `close` closes what it opened,
 * last first.
 */
export function serviceContext<S extends z.ZodObject>(
  settings: S,
  env: Record<string, string>,
): StartContext<z.output<S>> & { close: () => Promise<void> } {
  const closers: (() => unknown)[] = [];
  return {
    config: readConfig(settings, { PATH: process.env['PATH'], ...env }),
    env: { PATH: process.env['PATH'], ...env },
    logger: createLogger({ name: 'test', level: env['LOG_LEVEL'] ?? 'silent' }),
    onClose: (_name, close) => void closers.unshift(close),
    onForcedEnd: () => undefined,
    stopSignal: new AbortController().signal,
    fail: (error) => {
      throw error;
    },
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

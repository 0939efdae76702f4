import { join } from 'node:path';
import { PROJECT_ROOT } from '@cc-executor/service-kit';
import type { ServiceEntry } from './children/service.ts';

/** The services of the stack. They end in the reverse order: first the worker, so that the others can tell of it. */
export const SERVICES: readonly ServiceEntry[] = ['api', 'gateway', 'worker'].map((name) => ({
  name,
  main: join(PROJECT_ROOT, 'services', name, 'src', 'main.ts'),
}));

import { basename, join } from 'node:path';
import type { ServiceEntry } from '../../src/index.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** Fixtures as services: `serves-as-api` is the service api, any other is known by its own name. */
export function fixtureServices(names: readonly string[]): ServiceEntry[] {
  return names.map((name) => ({ name: name.replace(/^serves-as-/, ''), main: fixture(name) }));
}

/** The absolute path of a fixture. */
export function fixture(name: string): string {
  return join(FIXTURES, `${basename(name)}.ts`);
}

export const ALL = ['serves-as-api', 'serves-as-gateway', 'serves-as-worker'];

import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The identity of the server. */
export const IDENTITY = { name: 'cc-executor', title: 'cc-executor', version } as const;

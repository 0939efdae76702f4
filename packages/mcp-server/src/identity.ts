import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Who the server says that it is. */
export const IDENTITY = { name: 'cc-executor', title: 'cc-executor', version } as const;

import { installationKeyAt } from './installation-key.ts';
import { findKeysBy } from './own-key.ts';

// What Node loads in place of index.ts: the same, and a client without options finds the key of the own installation.
findKeysBy((url) => installationKeyAt(url, process.env));

export * from './index.ts';

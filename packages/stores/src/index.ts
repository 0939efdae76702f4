export { openClientStores } from './open-client-stores.ts';
export { openStores } from './open-stores.ts';

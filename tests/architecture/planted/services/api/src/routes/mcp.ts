export { client } from '../../../../packages/sdk/src/client.ts';

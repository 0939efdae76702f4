export { client } from '../../sdk/src/client.ts';

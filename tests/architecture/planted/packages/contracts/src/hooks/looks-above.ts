export { room } from '../rpc/room.ts';

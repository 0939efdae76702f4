export { room } from '../rest/room.ts';

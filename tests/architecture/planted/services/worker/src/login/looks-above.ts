export { room } from '../running/room.ts';

export { room } from '../machine/room.ts';

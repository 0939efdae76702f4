export { room } from '../events/room.ts';

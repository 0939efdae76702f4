export { room } from '../evidence/room.ts';

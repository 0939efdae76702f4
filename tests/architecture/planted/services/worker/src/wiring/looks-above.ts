export { room } from '../hooks/room.ts';

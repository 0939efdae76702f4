export { room } from '../attempts/room.ts';

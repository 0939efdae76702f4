export { BoundedThread, BoundExceeded } from './bounded-thread.ts';
export { serveThread } from './serve-thread.ts';

export { AskedThread } from './asked-thread.ts';
export { serve } from './serve.ts';

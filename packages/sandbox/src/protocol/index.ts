export * from './frames.ts';
export * from './request.ts';

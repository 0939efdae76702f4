export * from './frames.ts';
export * from './request.ts';
export * from './shared-folder.ts';
export * from './way.ts';

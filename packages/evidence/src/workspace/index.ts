export { WorkspaceLooks, type WorkspaceLook } from './workspace-looks.ts';

export { WorkspaceLooks, type WorkspaceLook } from './workspace-looks.ts';
export type { WalkedState } from './walked-state.ts';

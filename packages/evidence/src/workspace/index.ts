export { WorkspaceScanner, type WorkspaceScan } from './workspace-scanner.ts';
export type { WalkedState } from './walked-state.ts';

export { ToolCalls } from './tool-calls.ts';

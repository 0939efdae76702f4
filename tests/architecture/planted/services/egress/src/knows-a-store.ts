export { thing } from '../../../packages/executions/src/first.ts';

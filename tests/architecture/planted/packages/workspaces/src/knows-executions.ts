export { first } from '../../executions/src/first.ts';

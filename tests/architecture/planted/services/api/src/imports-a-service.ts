export { runs } from '../../worker/src/runs.ts';

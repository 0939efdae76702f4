export { runs } from '../../../services/worker/src/runs.ts';

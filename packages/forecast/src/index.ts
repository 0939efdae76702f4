export { levelsOf } from './levels.ts';
export { predict, type RunConditions, type Predicted } from './predict.ts';
export { KEPT, runOf, type FinishedRun, type Histories, type Mark, type Run } from './run.ts';
export { againstPlan, type PlanReading } from './against-plan.ts';
export { forecastOf } from './forecast.ts';
export { readRun, writeRun } from './run-text.ts';
export { remainingOf } from './remaining.ts';

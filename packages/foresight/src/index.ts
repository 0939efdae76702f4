export { check } from './checks/check.ts';
export { keepsDoing } from './checks/keeps-doing.ts';
export { classify, type Classification, type TaskText } from './classify/classify.ts';
export { levelsOf } from './estimate/levels.ts';
export { predict, type Circumstances, type Predicted } from './estimate/predict.ts';
export { KEPT, runOf, type FinishedRun, type Histories, type Mark, type Run } from './estimate/run.ts';
export { forecastOf } from './estimate/forecast.ts';
export { readRun, writeRun } from './estimate/run-text.ts';
export { remainingOf } from './estimate/remaining.ts';

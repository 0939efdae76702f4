export { check } from './checks/check.ts';
export { keepsDoing } from './checks/keeps-doing.ts';
export { classify, type Classification, type TaskText } from './classify/classify.ts';

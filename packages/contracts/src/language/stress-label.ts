/** The label of executions that only measure the server: lists omit them unless requested. */
export const STRESS_LABEL = 'cc-executor/stress';

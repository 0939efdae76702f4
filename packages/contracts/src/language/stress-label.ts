/** The label of executions that only measure the server: lists leave them out unless they are asked for. */
export const STRESS_LABEL = 'cc-executor/stress';

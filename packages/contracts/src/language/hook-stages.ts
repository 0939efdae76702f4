/** The stages at which hooks run. */
export const HOOK_STAGES = ['pre_execution', 'pre_task', 'post_task', 'post_execution', 'on_event'] as const;
export type HookStage = (typeof HOOK_STAGES)[number];

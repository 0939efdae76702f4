import {
  argumentTexts,
  fillValue,
  fillVariables,
  withArgumentTexts,
  type ExecuteRequest,
} from '@cc-executor/contracts';

type Task = Exclude<ExecuteRequest['tasks'][number], string>;

/** Returns a valid request with the values of its variables in its texts. A request without variables is returned as it is. */
export function withVariables(request: ExecuteRequest): ExecuteRequest {
  const { vars } = request;
  if (vars === undefined) return request;
  const fill = (text: string, isTemplate = false) => fillVariables(text, vars, isTemplate);
  const fillArguments = (given: Record<string, unknown>, isTemplate = false) => {
    const values = argumentTexts(given).map(({ text }) => fillValue(text, vars, isTemplate));
    return withArgumentTexts(given, values.values()) as Record<string, unknown>;
  };
  const inTexts = <T extends Pick<Task, 'append_system_prompt' | 'validation_prompt' | 'checks'>>(
    of: T,
  ): T => ({
    ...of,
    ...(of.append_system_prompt !== undefined && { append_system_prompt: fill(of.append_system_prompt) }),
    ...(of.validation_prompt !== undefined && { validation_prompt: fill(of.validation_prompt) }),
    ...(of.checks !== undefined && { checks: of.checks.map((check) => fill(check)) }),
  });
  const tasks = request.tasks.map((task) => {
    if (typeof task === 'string') return fill(task, request.template);
    return {
      ...inTexts(task),
      ...(task.prompt !== undefined && { prompt: fill(task.prompt, task.template ?? request.template) }),
      ...(task.command !== undefined && { command: fill(task.command) }),
      ...(task.tool?.arguments && {
        tool: {
          ...task.tool,
          arguments: fillArguments(task.tool.arguments, task.template ?? request.template),
        },
      }),
      ...(task.name !== undefined && { name: fill(task.name) }),
    };
  });
  return { ...inTexts(request), tasks };
}

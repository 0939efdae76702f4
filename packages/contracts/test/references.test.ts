import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../src/index.ts';
import { faultsOfBody } from './faults-of.ts';

const first = { command: 'true', name: 'the build' };
const faults = (prompt: string, ...rest: object[]) =>
  faultsOfBody({ tasks: [first, 'second', { prompt, template: true }, ...rest] });

describe('a template', () => {
  it('has references by number and by name, and text that stays as it is', () => {
    expect(parseTemplate('a {b} }} {{tasks.1.result}}{{ tasks.the build.stderr }} c').parts).toEqual([
      'a {b} }} ',
      { text: '{{tasks.1.result}}', task: '1', field: 'result' },
      { text: '{{ tasks.the build.stderr }}', task: 'the build', field: 'stderr' },
      ' c',
    ]);
  });

  it('may have braces around a reference, and two braces as four', () => {
    const { parts, faults: none } = parseTemplate('{"a": {{{tasks.1.result}}}} {{{{tasks.1.result}}');
    expect(none).toEqual([]);
    expect(parts.map((part) => (typeof part === 'string' ? part : part.text)).join('|')).toBe(
      '{"a": {|{{tasks.1.result}}|}} |{{|tasks.1.result}}',
    );
  });

  it.each([
    ['{{tasks.1.result}} {{tasks.the build.stderr}} {{tasks.2.result}}', []],
    ['{{tasks.9.result}}', ['{{tasks.9.result}}: there is no task 9']],
    ['{{tasks.0.result}}', ['{{tasks.0.result}}: there is no task 0']],
    ['{{tasks.3.result}}', ['{{tasks.3.result}}: is this task itself']],
    ['{{tasks.4.result}}', ['{{tasks.4.result}}: task 4 comes later']],
    ['{{tasks.late.result}}', ['{{tasks.late.result}}: task 4 comes later']],
    ['{{tasks.x.result}}', ['{{tasks.x.result}}: there is no task with the name "x"']],
    ['{{tasks.2.stderr}}', ['{{tasks.2.stderr}}: task 2 is a prompt, which has no stderr']],
    [
      'one {{name}}, two {{tasks.1.output}}',
      [
        '"{{name}}, two {{tasks.1.output}}" is not a reference; write {{tasks.1.result}}, with a number or a name, or {{{{ for two braces',
        '"{{tasks.1.output}}" is not a reference; write {{tasks.1.result}}, with a number or a name, or {{{{ for two braces',
      ],
    ],
    [
      'open {{',
      ['"{{" is not a reference; write {{tasks.1.result}}, with a number or a name, or {{{{ for two braces'],
    ],
  ])('%s is told what is wrong with it', (prompt, expected) => {
    expect(faults(prompt, { prompt: 'x', name: 'late' })).toEqual(
      expected.map((message) => ({ path: 'tasks[2].prompt', message })),
    );
  });

  it('cannot distinguish two tasks of one name', () => {
    expect(faults('{{tasks.the build.result}}', first).map(({ message }) => message)).toEqual([
      '{{tasks.the build.result}}: 2 tasks have the name "the build"',
    ]);
  });

  it('is only what says that it is one', () => {
    expect(faultsOfBody({ tasks: ['{{x}}', { prompt: '{{tasks.9.result}}' }] })).toEqual([]);
  });

  it('is checked also in a list that has other faults', () => {
    const tasks = [{ prompt: '{{tasks.9.result}}', template: true }, { command: '' }];
    expect(faultsOfBody({ tasks, on_failure: 'go' }).map(({ path }) => path)).toEqual([
      'tasks[1].command',
      'on_failure',
      'tasks[0].prompt',
    ]);
  });
});

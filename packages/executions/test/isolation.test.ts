import { CcError, type Isolation } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { isolationOf } from '../src/isolation.ts';

const rule = (usual: Isolation, least: Isolation, hasLauncher = true) => ({ usual, least, hasLauncher });
const faultsOf = (...args: Parameters<typeof isolationOf>) => {
  try {
    return isolationOf(...args);
  } catch (error) {
    return error instanceof CcError
      ? error.details.errors?.map(({ path, message }) => `${path} ${message}`)
      : error;
  }
};

describe('the isolation of a list', () => {
  it.each([
    ['process', 'process', undefined, 'process'],
    ['container', 'process', undefined, 'container'],
    ['process', 'container', undefined, 'container'],
    ['container', 'process', 'process', 'process'],
    ['process', 'process', 'container', 'container'],
  ] as const)('with %s usual and %s at least, and %s asked for, is %s', (usual, least, isolation, is) => {
    expect(isolationOf(rule(usual, least), isolation ? { isolation } : {})).toBe(is);
  });

  it.each([
    { tool: { server: 'docs', name: 'search' } },
    { prompt: 'x', agent: 'model' as const, model: 'y' },
  ])('is no container where there is %j', (task) => {
    expect(faultsOf(rule('container', 'process'), { tasks: ['x', task] })).toEqual([
      'isolation is "container", in which no tool can be called and no agent "model" asked so far',
    ]);
  });

  it('is refused below the least and without a launcher, all of it at once', () => {
    expect(faultsOf(rule('container', 'container'), { isolation: 'process', image: 'x' })).toEqual([
      'isolation is "process"; this server accepts "container" only',
      'image needs isolation "container"',
    ]);
    expect(faultsOf(rule('process', 'process', false), { isolation: 'container' })).toEqual([
      'isolation is "container", and this server starts no containers: set CC_EXECUTOR_ISOLATION or CC_EXECUTOR_LAUNCHER_SOCKET there',
    ]);
  });
});

import { RunRequest } from '@cc-executor/sandbox/protocol';
import { rounds } from '@cc-executor/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerOptions, type ContainerOptions } from '../src/boxes/container-options.ts';

/** How many requests are made up. */
const RUNS = rounds({ short: 3000, nightly: 100_000 });

const RESOLVED = {
  installation: 'i',
  box: 'b',
  image: 'image',
  limits: { memory: 1, cpus: 1, pids: 1, tmp: 1 },
  mounts: [{ source: '/there/w', target: '/w', write: true }],
};

const request = {
  do: 'run',
  execution_id: 'x',
  task: 1,
  attempt: 1,
  generation: 1,
  image: null,
  argv: ['true'],
  env: {},
  workspace: '/w',
  read_only: false,
  folders: [],
  agent: false,
  results: false,
  network: null,
  user: { uid: 1, gid: 1 },
  stdin: false,
};

/** What a request decides, taken out: the rest is the same for each. */
function rest({ Entrypoint, Cmd, User, WorkingDir, Env, Labels, ...others }: ContainerOptions): unknown {
  const { OpenStdin, StdinOnce, AttachStdin, HostConfig, ...fixed } = others;
  const { Tmpfs, ...host } = HostConfig;
  expect(new Set([OpenStdin, StdinOnce, AttachStdin]).size).toBe(1);
  expect([Entrypoint, Cmd, WorkingDir].flat().every((one) => typeof one === 'string')).toBe(true);
  expect(User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(Env?.every((one) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(one))).toBe(true);
  expect(Object.keys(Labels ?? {})).toHaveLength(5);
  const home = `rw,nosuid,nodev,exec,size=1,mode=0700,uid=${String(User?.split(':')[0])},gid=${String(User?.split(':')[1])}`;
  expect(Tmpfs).toEqual({ '/tmp': 'rw,nosuid,nodev,exec,size=1,mode=1777', '/home/box': home });
  return { ...fixed, host };
}

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('/w', '../..', '/', '--privileged', '/var/run/docker.sock', 'host', '0', '\0', '__proto__'),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const values = fc.oneof(
  odd,
  fc.array(odd, { maxLength: 4 }),
  fc.dictionary(fc.string(), odd, { maxKeys: 4 }),
);
const names = fc.oneof(
  fc.constantFrom(...Object.keys(request)),
  fc.constantFrom('HostConfig', 'Binds', 'Privileged', 'NetworkMode', 'Mounts', '__proto__', 'constructor'),
  fc.string(),
);

describe('a container', () => {
  it('is the same in everything that a request does not name, whatever comes', () => {
    const usual = rest(containerOptions(RunRequest.parse(request), RESOLVED));
    let accepted = 0;
    fc.assert(
      fc.property(fc.dictionary(names, values, { maxKeys: 5 }), fc.json(), (changes, json) => {
        const text = JSON.stringify({ ...request, ...changes });
        for (const sent of [JSON.parse(text), JSON.parse(json)] as unknown[]) {
          const parsed = RunRequest.safeParse(sent);
          if (!parsed.success) continue;
          accepted += 1;
          expect(rest(containerOptions(parsed.data, RESOLVED))).toEqual(usual);
        }
      }),
      { numRuns: RUNS },
    );
    expect(accepted).toBeGreaterThan(RUNS / 100);
  }, 600_000);

  it('sees nothing that is mounted below a folder which it may only read', () => {
    const mounts = [...RESOLVED.mounts, { source: '/there/r', target: '/r', write: false }];
    const { HostConfig } = containerOptions(RunRequest.parse(request), { ...RESOLVED, mounts });
    expect(HostConfig.Mounts).toMatchObject([
      { Target: '/w', ReadOnly: false },
      { Target: '/r', ReadOnly: true, BindOptions: { NonRecursive: true } },
    ]);
  });

  it.each([
    ['root', { user: { uid: 0, gid: 1 } }],
    ['a relative path', { workspace: 'w' }],
    ['a path that leads elsewhere', { workspace: '/w/../etc' }],
    ['a path with a NUL byte', { workspace: '/w\0' }],
    ['a name of a variable with an equals sign', { env: { 'A=B': '1' } }],
    ['a field of the engine', { HostConfig: { Privileged: true } }],
    ['more arguments than Linux takes', { argv: Array(4096).fill('x'.repeat(1000)) as string[] }],
  ])('is not made for %s', (_, change) => {
    expect(RunRequest.safeParse({ ...request, ...change }).success).toBe(false);
  });
});

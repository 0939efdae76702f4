import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { availableMemory } from '../src/index.ts';

const MIB = 1024 ** 2;
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cc-memory-'));
});
afterEach(async () => rm(root, { recursive: true, maxRetries: 10 }));

async function write(files: Record<string, string | number>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `${String(text)}\n`);
  }
}
const MEMINFO = { 'proc/meminfo': 'MemTotal: 9000000 kB\nMemAvailable:    4194304 kB' };

describe('the memory that is available', () => {
  it('is that of this machine', async () => {
    expect(await availableMemory()).toBeGreaterThan(MIB);
  });

  it('is the machine’s where no group has a limit', async () => {
    await write({ ...MEMINFO, 'proc/self/cgroup': '0::/user', 'sys/fs/cgroup/user/memory.max': 'max' });
    expect(await availableMemory(root)).toBe(4096 * MIB);
  });

  it('is what the narrowest group leaves, where files that nobody needs make room', async () => {
    await write({
      ...MEMINFO,
      'proc/self/cgroup': '0::/slice/unit',
      'sys/fs/cgroup/slice/memory.max': 1000 * MIB,
      'sys/fs/cgroup/slice/memory.current': 990 * MIB,
      'sys/fs/cgroup/slice/memory.stat': `anon 5\ninactive_file ${String(300 * MIB)}\nactive_file 7`,
      'sys/fs/cgroup/slice/unit/memory.max': 900 * MIB,
      'sys/fs/cgroup/slice/unit/memory.current': 100 * MIB,
    });
    expect(await availableMemory(root)).toBe(310 * MIB);
  });

  it('is found in a container, which sees its own group as the whole', async () => {
    await write({
      ...MEMINFO,
      'proc/self/cgroup': '0::/../../docker/abc',
      'sys/fs/cgroup/memory.max': 500 * MIB,
      'sys/fs/cgroup/memory.current': 600 * MIB,
    });
    expect(await availableMemory(root)).toBe(0);
  });

  it('is found in groups of the first version, whose "no limit" is a number', async () => {
    const group = 'sys/fs/cgroup/memory/docker/abc';
    await write({
      ...MEMINFO,
      'proc/self/cgroup': '9:cpu,memory:/docker/abc\n0::/',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
      'sys/fs/cgroup/memory/memory.usage_in_bytes': 5 * MIB,
      [`${group}/memory.limit_in_bytes`]: 200 * MIB,
      [`${group}/memory.usage_in_bytes`]: 150 * MIB,
      [`${group}/memory.stat`]: `inactive_file 1\ntotal_inactive_file ${String(10 * MIB)}`,
    });
    expect(await availableMemory(root)).toBe(60 * MIB);
  });
});

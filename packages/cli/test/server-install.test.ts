import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchd } from '../src/service/launchd.ts';
import type { LaunchPlan } from '../src/service/launch-plan.ts';
import { systemd } from '../src/service/systemd.ts';
import { startCli } from './cli-under-test.ts';

const PATH = String(process.env['PATH']);
/** Words that mean something to a service manager or to XML. */
const HARD: LaunchPlan = {
  command: ['/opt/my node/bin/node', '/home/me/50% "cc" & <more>/$HOME/main.ts', 'server', 'start'],
  folder: '/tmp',
  path: '/home/me/bin & more:/usr/bin',
};

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'install-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
});

/** A systemctl that writes down how it was called. */
function systemctl(script = ''): string {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\necho "$*" >> '${home}/calls'\n${script}\n`);
  chmodSync(join(bin, 'systemctl'), 0o755);
  return `${bin}:${PATH}`;
}

const runs = (program: string) => spawnSync(program, ['--version']).status === 0;
const calls = () => readFileSync(join(home, 'calls'), 'utf8').trim().split('\n');

describe.runIf(process.platform === 'linux')('server install', () => {
  it('shows the unit and the commands in a dry run, and changes nothing', async () => {
    const env = { HOME: home, PATH: systemctl() };
    const { code, stdout } = await startCli(['server', 'install', '--dry-run'], env).ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`# ${home}/.config/systemd/user/cc-executor.service\n\n[Unit]\n`);
    expect(stdout).toMatch(/\nExecStart=\/usr\/bin\/env "\/.*\/node" "\/.*\/main\.ts" "server" "start"\n/);
    expect(stdout).toMatch(
      /# then:\nsystemctl --user daemon-reload\nsystemctl --user enable cc-executor\.service\nsystemctl --user restart cc-executor\.service\n$/,
    );
    expect(existsSync(join(home, '.config'))).toBe(false);
    expect(existsSync(join(home, 'calls'))).toBe(false);
  });

  it('writes the unit, starts it, says what the service will not have; uninstall takes it away', async () => {
    const env = {
      HOME: home,
      PATH: systemctl(),
      ANTHROPIC_API_KEY: 'sk-ant-made-up',
      CC_EXECUTOR_DATA_DIR: join(home, 'data'),
    };
    const installed = await startCli(['server', 'install'], env).ended;
    const unit = join(home, '.config/systemd/user/cc-executor.service');
    expect(installed).toMatchObject({ code: 0 });
    expect(installed.stdout).toContain(`Wrote ${unit}, and started the server.`);
    expect(installed.stdout).toContain('loginctl enable-linger');
    expect(installed.stderr).toMatch(/does not have what only this shell has \(.*ANTHROPIC_API_KEY/);
    expect(installed.stderr).not.toContain('sk-ant-made-up');
    expect(readFileSync(unit, 'utf8')).not.toContain('sk-ant-made-up');
    expect(calls()).toEqual([
      '--user daemon-reload',
      '--user enable cc-executor.service',
      '--user restart cc-executor.service',
    ]);

    const removed = await startCli(['server', 'uninstall'], env).ended;
    expect(removed).toMatchObject({
      code: 0,
      stdout: `Removed ${unit}. Your lists and data are kept.\n`,
    });
    expect(calls().at(-1)).toBe('--user disable --now cc-executor.service');
    expect(existsSync(unit)).toBe(false);

    const again = await startCli(['server', 'uninstall'], env).ended;
    expect(again).toMatchObject({ code: 0, stdout: `No service is installed: there is no ${unit}.\n` });
  });

  it('leaves nothing where the service manager refuses', async () => {
    const env = {
      HOME: home,
      PATH: systemctl('echo "Failed to connect to bus" >&2; exit 1'),
      CC_EXECUTOR_DATA_DIR: join(home, 'data'),
    };
    const { code, stdout, stderr } = await startCli(['server', 'install'], env).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'cc-executor: "systemctl --user daemon-reload" failed: Failed to connect to bus. Nothing was installed.\n',
    );
    expect(existsSync(join(home, '.config/systemd/user/cc-executor.service'))).toBe(false);
  });
});

describe('the file for a service manager', () => {
  const analyze = '/usr/bin/systemd-analyze';
  it.runIf(existsSync(analyze))('is a unit that systemd reads as it was meant', () => {
    const program = join(home, '50% "of" $HOME');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    const unit = join(home, 'cc-executor.service');
    writeFileSync(unit, systemd.content({ ...HARD, command: [program, ...HARD.command] }, home));
    const env = { PATH, XDG_RUNTIME_DIR: home, HOME: home };
    // It looks for the program, and fails where a line is not understood.
    execFileSync(analyze, ['verify', '--user', unit], { env, stdio: 'pipe' });
    expect(readFileSync(unit, 'utf8')).toContain('/$$HOME/main.ts');
  });

  it.runIf(runs('python3'))('is a property list that macOS reads as it was meant', () => {
    const code = 'import plistlib, sys, json; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
    const input = launchd.content(HARD, '/Users/me');
    const read = execFileSync('python3', ['-c', code], { input, encoding: 'utf8' });
    expect(JSON.parse(read)).toMatchObject({
      Label: 'cc-executor',
      ProgramArguments: HARD.command,
      WorkingDirectory: HARD.folder,
      EnvironmentVariables: { PATH: HARD.path },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
    });
    expect(launchd.file('/Users/me')).toBe('/Users/me/Library/LaunchAgents/cc-executor.plist');
    expect(launchd.install('/x.plist')[0]?.slice(0, 2)).toEqual(['launchctl', 'bootstrap']);
  });
});

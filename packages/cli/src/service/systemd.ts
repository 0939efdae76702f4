import { join } from 'node:path';
import type { ServiceManager } from './service-manager.ts';

const UNIT = 'cc-executor.service';

/**
 * A unit of the user, not of the system: it needs no rights, and runs as the user. `env` starts the program, whose path may
 * then have any characters.
 */
export const systemd: ServiceManager = {
  name: 'systemd',
  file: (home) => join(home, '.config/systemd/user', UNIT),
  content: ({ command, folder, path }) => `[Unit]
Description=cc-executor: runs lists of tasks through a coding agent

[Service]
Type=exec
ExecStart=/usr/bin/env ${command.map((word) => quoted(word.replaceAll('$', '$$$$'))).join(' ')}
WorkingDirectory=${folder.replaceAll('%', '%%')}
Environment=${quoted(`PATH=${path}`)}
Restart=on-failure
RestartSec=5
# It ends its own processes in order, and may take a minute for it.
KillMode=mixed
TimeoutStopSec=90

[Install]
WantedBy=default.target
`,
  install: () => [
    ['systemctl', '--user', 'daemon-reload'],
    ['systemctl', '--user', 'enable', UNIT],
    ['systemctl', '--user', 'restart', UNIT],
  ],
  uninstall: () => [['systemctl', '--user', 'disable', '--now', UNIT]],
  hints: [
    'It starts when you log in. To start it at boot, and to keep it after you log out: loginctl enable-linger',
    `What it prints: journalctl --user -u ${UNIT}`,
  ],
};

/** Source: systemd.syntax(7) and systemd.unit(5), "Specifiers". */
function quoted(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;
}

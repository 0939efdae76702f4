import { join } from 'node:path';
import type { ServiceManager } from './service-manager.ts';

const LABEL = 'cc-executor';

/** An agent of the user, which macOS starts at log-in. */
export const launchd: ServiceManager = {
  name: 'launchd',
  file: (home) => join(home, 'Library/LaunchAgents', `${LABEL}.plist`),
  content: ({ command, folder, path }, home) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((word) => `    <string>${escaped(word)}</string>`).join('\n')}
  </array>
  <key>WorkingDirectory</key>
  <string>${escaped(folder)}</string>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>${escaped(path)}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>90</integer>
  <key>StandardOutPath</key>
  <string>${escaped(logOf(home))}</string>
  <key>StandardErrorPath</key>
  <string>${escaped(logOf(home))}</string>
</dict>
</plist>
`,
  install: (file) => [['launchctl', 'bootstrap', domain(), file]],
  uninstall: () => [['launchctl', 'bootout', `${domain()}/${LABEL}`]],
  hints: ['It starts when you log in.', `What it prints: ~/Library/Logs/${LABEL}.log`],
};

function domain(): string {
  return `gui/${String(process.getuid?.() ?? 0)}`;
}

function logOf(home: string): string {
  return join(home, 'Library/Logs', `${LABEL}.log`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

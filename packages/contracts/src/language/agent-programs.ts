/** A package of npm, as an installation gets it and nothing else. */
interface PinnedPackage {
  /** Its folder below node_modules. */
  folder: string;
  /** Its name at the registry. */
  name: string;
  version: string;
  /** The hash of its archive. */
  integrity: string;
  /** The only system that it is for, as Node names it; absent: all. */
  os?: string;
  cpu?: string;
}

interface AgentProgram {
  title: string;
  /** The version that is installed, and with which it is tested. */
  version: string;
  licence: string;
  /** The maximum size of the download, in MB. */
  megabytes: number;
  packages: readonly PinnedPackage[];
}

const CODEX = '0.171.0';
const codexFor = (os: string, cpu: string, integrity: string): PinnedPackage => ({
  folder: `@openai/codex-${os}-${cpu}`,
  name: '@openai/codex',
  version: `${CODEX}-${os}-${cpu}`,
  integrity,
  os,
  cpu,
});

/** An entry of `agents.json` in the data directory that comes with cc-executor, in the same form. */
interface AcpDefaults {
  /** The arguments that have it speak the Agent Client Protocol. */
  args: readonly string[];
  /** Its program on PATH, where it is not installed by cc-executor. */
  onPath: string;
  /** Of its installation: the file that is run, from the folder of the installation; a script is run by Node. */
  file: string;
  env: Readonly<Record<string, string>>;
  /** Variables of the worker that it gets: credentials, and where its model is. */
  passEnv: readonly string[];
  /** Whether it is to read and write files through its client. */
  files: boolean;
}

/** The programs of agents that do not come with cc-executor: they are installed on demand, in exactly this version. */
export const AGENT_PROGRAMS = {
  codex: {
    title: 'Codex',
    version: CODEX,
    licence: 'Apache-2.0',
    megabytes: 180,
    packages: [
      {
        folder: '@openai/codex',
        name: '@openai/codex',
        version: CODEX,
        integrity:
          'sha512-1IOFzL2Xg86tLdw6kDo3GoKbkQENgQi7TI6rlEvN132R7ngSw7SNOIQoTcnKzSZZ8kf9N9GynCweSoaFbqk2Eg==',
      },
      codexFor(
        'darwin',
        'arm64',
        'sha512-hIYTkRUpuYpkVfTq4cpby0PXqhAVcIgE7f6FoyY1lt2RyARj3GXS1Can/dIYUBItVhXzhb98HYHZNzCX74QRlQ==',
      ),
      codexFor(
        'darwin',
        'x64',
        'sha512-pwN5uNEKx/mZjwBEf/6CKq6SJMfJS5kruV3sJQAk7ebIPvC58Ote3CicIxETDZtjLj35rNv3PLPd7mHCg6hGPw==',
      ),
      codexFor(
        'linux',
        'arm64',
        'sha512-9z17t4bbUJ9UCIb49O4PoA+ki+45q3rd8nZ8PeH6sYnlKkBld/Xpo/OS3h3Ti954+foshX4o7k5TCU8N7zzqQA==',
      ),
      codexFor(
        'linux',
        'x64',
        'sha512-l66NZkQgdk2C3pbcfULDz42yEUB581MVA6I+Y43Wp4OIqEy73HCdmZ0GTjeAHY2ycuH4N00d9VsLrwT1jxshTw==',
      ),
      codexFor(
        'win32',
        'arm64',
        'sha512-kkavDHtAkkNaYtO7eBw4IdBbE/PsWP+Ezp9JXcr/mBu/Cc7EevzFVIVC3sZYvWsF9xuvyjIUv9CKeN0LU0+N9Q==',
      ),
      codexFor(
        'win32',
        'x64',
        'sha512-HKWBK25tLQxdEg6svw0CrBf+v0bQhRyF8EBVdNqeRxErqpfFa/dfSar6r3sJt6tyPqozOtgz2BH8B2G3n/+gnQ==',
      ),
    ],
  },
  opencode: {
    title: 'OpenCode',
    version: '1.18.33',
    licence: 'MIT',
    megabytes: 65,
    // The variant that runs on every processor; other systems use their own OpenCode.
    packages: [
      {
        folder: 'opencode-linux-x64-baseline',
        name: 'opencode-linux-x64-baseline',
        version: '1.18.33',
        integrity:
          'sha512-1KQGBiiDDeL/VHHbHkOvvFo8Jr97WT5+C1tear+p7IcDTnXgVHXqIjU4O4jM4mHQzykTP2i884FCnW5LDa+zCA==',
        os: 'linux',
        cpu: 'x64',
      },
    ],
  },
  gemini: {
    title: 'Gemini CLI',
    version: '0.61.0',
    licence: 'Apache-2.0',
    megabytes: 25,
    packages: [
      {
        folder: '@google/gemini-cli',
        name: '@google/gemini-cli',
        version: '0.61.0',
        integrity:
          'sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ==',
      },
    ],
  },
} as const satisfies Record<string, AgentProgram>;

export type InstallableAgent = keyof typeof AGENT_PROGRAMS;

/** The programs that `acp` can name without an entry in `agents.json`. */
export const ACP_PROGRAMS = {
  opencode: {
    args: ['acp'],
    onPath: 'opencode',
    file: 'node_modules/opencode-linux-x64-baseline/bin/opencode',
    env: {
      // Without it, it would do these without a question, which the permission mode answers.
      OPENCODE_PERMISSION: JSON.stringify({
        edit: 'ask',
        bash: 'ask',
        webfetch: 'ask',
        external_directory: 'ask',
      }),
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    },
    passEnv: [],
    files: true,
  },
  gemini: {
    args: ['--acp'],
    onPath: 'gemini',
    file: 'node_modules/@google/gemini-cli/bundle/gemini.js',
    env: { NO_BROWSER: '1' },
    passEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GEMINI_BASE_URL'],
    // Version 0.61 takes the answer that a file does not exist for a failure, and so makes no file.
    files: false,
  },
} as const satisfies Partial<Record<InstallableAgent, AcpDefaults>>;

/** Returns the command that installs an agent. */
export function installCommand(agent: InstallableAgent): string {
  return `cc-executor agents install ${agent}`;
}

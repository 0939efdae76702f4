import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The name of the service, in every line. */
  name: string;
  /** One of pino's levels, or `silent`. */
  level: string;
  /** Texts of 6 characters or more that never appear in a line, such as the API keys in use. */
  secrets?: readonly string[];
  /** Default: standard output. */
  destination?: DestinationStream;
}

const HIDDEN_FIELDS = [
  'authorization',
  'cookie',
  'sec-websocket-protocol',
  'api_key',
  'apiKey',
  'token',
  'password',
];
/** The format of the vendor's keys and tokens. */
const VENDOR_SECRET = /sk-ant-[A-Za-z0-9_-]{6,}/g;

/** Logs lines of JSON: ISO time, the level as a word, the service, the message; errors with stack and cause. */
export function createLogger(options: LoggerOptions): Logger {
  const secrets = (options.secrets ?? []).filter((secret) => secret.length >= 6);
  return pino(
    {
      level: options.level,
      base: { service: options.name, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: HIDDEN_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
        censor: '[hidden]',
      },
      hooks: {
        streamWrite: (line) =>
          secrets.reduce(
            (text, secret) => text.replaceAll(secret, '[hidden]'),
            line.replaceAll(VENDOR_SECRET, '[hidden]'),
          ),
      },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

import { StartFailure } from '../lifecycle/start-failure.ts';

/** Invalid settings. `faults` has one sentence for each, and the message has all of them. */
export class ConfigError extends StartFailure {
  override name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      faults.length === 1
        ? `A setting is wrong: ${faults.join('')}`
        : `${String(faults.length)} settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

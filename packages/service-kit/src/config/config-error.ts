/** Settings that can't be used; `faults` has one sentence for each, and the message has them all. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      faults.length === 1
        ? `A setting is wrong: ${faults.join('')}`
        : `${String(faults.length)} settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

const MB = 1_000_000;
/** Without a terminal, a line is printed so often, in milliseconds. */
const LINE_MS = 10_000;
const TERMINAL_MS = 200;

/** Shows how far pnpm is, from its events: on a terminal in one line, elsewhere by a line from time to time. */
export class Progress {
  #began = Date.now();
  #resolved = 0;
  #placed = 0;
  /** The bytes so far of each package that is, or was, downloaded. */
  #bytes = new Map();
  #shown = '';
  #timer;

  constructor() {
    const every = process.stderr.isTTY ? TERMINAL_MS : LINE_MS;
    this.#timer = setInterval(() => this.#show(), every);
  }

  take({ name, status, packageId, downloaded, size }) {
    if (name === 'pnpm:progress') {
      if (status === 'resolved') this.#resolved++;
      if (status === 'imported') this.#placed++;
    }
    // Only of large packages is there more than the start, with their size.
    if (name === 'pnpm:fetching-progress')
      this.#bytes.set(packageId, status === 'in_progress' ? downloaded : size < MB ? size : 0);
  }

  end() {
    clearInterval(this.#timer);
    if (process.stderr.isTTY && this.#shown !== '') process.stderr.write('\r\u001b[K');
  }

  #show() {
    const text = `  ${this.#text()}  ${String(Math.round((Date.now() - this.#began) / 1000))} s`;
    const [before, after] = process.stderr.isTTY ? ['\r\u001b[K', ''] : ['', '\n'];
    process.stderr.write(`${before}${text}${after}`);
    this.#shown = text;
  }

  #text() {
    if (this.#resolved === 0) return 'pnpm, which brings the rest';
    const bytes = [...this.#bytes.values()].reduce((sum, more) => sum + more, 0);
    if (this.#placed === 0 && bytes === 0) return `${packages(this.#resolved)}, waiting for the registry`;
    if (this.#placed === this.#resolved) return 'all packages are there, Node is put in its place';
    return `${String(this.#placed)} of ${packages(this.#resolved)}, ${(bytes / MB).toFixed(0)} MB downloaded`;
  }
}

function packages(count) {
  return `${String(count)} ${count === 1 ? 'package' : 'packages'}`;
}

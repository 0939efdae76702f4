/** What the page gets from the test. */
export interface Settings {
  apiUrl: string;
  wsUrl: string;
  apiKey: string;
}

/** What the page tells the test at its end. */
export interface Told {
  origin: string;
  seqs: number[];
  status: string;
  output: string;
  /** The same events by WebSocket. */
  socketSeqs: number[];
  answer: string;
  rows: string[];
  csv: string;
  aborted: string;
  errors: string[];
}

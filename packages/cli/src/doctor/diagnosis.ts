/** The result of one check. */
export interface Diagnosis {
  level: 'ok' | 'warning' | 'fault';
  what: string;
  /** The remedy; empty if there is no problem. */
  cure: readonly string[];
}

export function ok(what: string): Diagnosis {
  return { level: 'ok', what, cure: [] };
}

export function warning(what: string, ...cure: string[]): Diagnosis {
  return { level: 'warning', what, cure };
}

export function fault(what: string, ...cure: string[]): Diagnosis {
  return { level: 'fault', what, cure };
}

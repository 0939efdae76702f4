/** What works, and should be changed all the same. */
export interface StartWarning {
  what: string;
  /** What to do about it. */
  cure: string;
}

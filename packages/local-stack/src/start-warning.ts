/** Something that works but should be changed. */
export interface StartWarning {
  what: string;
  /** The remedy. */
  cure: string;
}

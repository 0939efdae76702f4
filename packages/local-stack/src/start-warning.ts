/** Something that works but should be changed. */
export interface StartWarning {
  what: string;
  /** What to do. */
  cure: string;
}

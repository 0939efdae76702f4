/** The variant that a task has taken, as its result says it. */
export interface Choice {
  /** Its number among the variants, from 1. */
  variant: number;
  /** How many variants there are; absent: an earlier version stored it. */
  of?: number | undefined;
  /** The name of the task that has variants; null or absent: it is not known. */
  name?: string | null | undefined;
  /** Why, in the words of the agent; null: it did not say. */
  why: string | null;
}

/**
 * Returns which variant was taken, and why, as a sentence: "Variant 2 of write was taken, by "make test"." `command`: the
 * command that has picked it; null: an agent has.
 */
export function choiceText({ variant, of, name, why }: Choice, command: string | null): string {
  const whole = name ?? of?.toString();
  const what = `Variant ${String(variant)}${whole === undefined ? '' : ` of ${whole}`} was taken`;
  if (command !== null) return `${what}, by "${command}".`;
  const reason = why?.trim() ?? '';
  return reason === '' ? `${what}.` : `${what}: ${reason}`;
}

/** Returns whether a variant was taken, for people; null: none was taken yet, or it is none. */
export function takenText(variant: { taken?: boolean | undefined } | null | undefined): string | null {
  if (variant?.taken === undefined) return null;
  return variant.taken ? 'taken' : 'not taken';
}

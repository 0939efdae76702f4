/** Why a process cannot start, as a sentence for people that says what to do. It is printed unchanged. */
export class StartFailure extends Error {
  override name = 'StartFailure';
}

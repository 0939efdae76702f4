/** Why a process can't start, as a whole sentence for people that says what to do. It is printed as it is. */
export class StartFailure extends Error {
  override name = 'StartFailure';
}

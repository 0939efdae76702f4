/** The code of an error that stands for an answer that did not come: no code of the protocol, so that no server has it. */
export const NO_ANSWER = 90_001;

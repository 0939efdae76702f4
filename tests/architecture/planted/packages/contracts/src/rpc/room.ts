export const room = true;

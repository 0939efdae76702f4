export const runs = true;

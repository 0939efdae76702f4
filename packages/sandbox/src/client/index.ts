export { BoxLauncher, type About, type BoxLauncherOptions } from './box-launcher.ts';
export { boxUser } from './box-user.ts';
export { Way, type WayOptions } from './way.ts';
export { FORWARD_PROGRAM } from './forward-program.ts';

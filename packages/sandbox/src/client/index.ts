export { BoxLauncher, type About, type BoxLauncherOptions } from './box-launcher.ts';

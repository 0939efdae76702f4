export { BoxLauncher, type BoxLauncherOptions } from './box-launcher.ts';

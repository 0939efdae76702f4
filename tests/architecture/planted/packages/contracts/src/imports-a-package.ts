export { thing } from '../../service-kit/src/thing.ts';

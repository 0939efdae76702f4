export { thing as client } from '../../service-kit/src/thing.ts';

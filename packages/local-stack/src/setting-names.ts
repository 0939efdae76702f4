export { unknownNames } from '@cc-executor/service-kit/setting-names';

export { withoutPackageManager } from '@cc-executor/service-kit';

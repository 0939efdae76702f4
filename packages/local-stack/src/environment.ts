export { withoutPackageManager } from '@cc-executor/service-kit/package-manager';

export { INSTALLATION_ROOT } from '@cc-executor/service-kit/project-root';

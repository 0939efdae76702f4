export { PROJECT_ROOT } from '@cc-executor/service-kit/project-root';

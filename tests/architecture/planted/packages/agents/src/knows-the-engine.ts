export { default as Docker } from 'dockerode';

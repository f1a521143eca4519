export { GroupSupervisor } from './group-supervisor.js';

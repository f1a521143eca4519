export { GroupSupervisor } from './group-supervisor.js';
export { Watchdog } from './watchdog.js';

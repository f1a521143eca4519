export { chooseHttpAddress, embeddedEnvironment, hasOwnBroker, urlOf } from './environment.mjs';
export { endOrphanedServices, noteService } from './orphans.mjs';
export { ask, becomesReady } from './readiness.mjs';
export { ServiceProcess } from './service-process.mjs';

export { KafkaBroker } from './broker.mjs';
export { findJava } from './java.mjs';
export { provideJars } from './jars.mjs';
export { clusterIdAt, coordinatorsReady } from './probe.mjs';

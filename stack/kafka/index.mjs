export { KafkaBroker } from './broker.mjs';
export { KafkaCluster } from './cluster.mjs';
export { findJava } from './java.mjs';
export { provideJars } from './jars.mjs';
export { clusterIdAt, coordinatorPort, coordinatorsReady } from './probe.mjs';

import { KAFKA_CONNECT } from './kafka-connect.js';
import type { ForeignLibrary } from './library.js';
import { SMALLRYE } from './smallrye.js';
import { SPRING_KAFKA } from './spring-kafka.js';
import { WATERMILL } from './watermill.js';

export const LIBRARIES: readonly ForeignLibrary[] = [
  SPRING_KAFKA,
  KAFKA_CONNECT,
  SMALLRYE,
  WATERMILL,
];

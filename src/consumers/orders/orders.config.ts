import { defineConsumer } from '../../config/index.js';

export const ordersConfig = defineConsumer({ name: 'orders', requires: ['DATABASE_URL'] });

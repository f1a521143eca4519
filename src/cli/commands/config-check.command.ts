import { defineCommand } from '../../config/index.js';

export const CONFIG_CHECK = defineCommand({
  name: 'config check',
  describes:
    'reads the environment as the service would; exit code 2 and every wrong key when it is wrong',
  writes: false,
  run: async (call) => {
    const handlers = await call.handlers();
    const consumers = handlers.map(({ consumer, topic, groupId, handler }) => ({
      consumer,
      topic,
      group: groupId,
      handler,
    }));
    if (call.output.isJson) {
      call.output.json({ consumers });
      return 0;
    }
    call.output.line('the configuration is right');
    call.output.table(
      ['consumer', 'topic', 'group', 'handler'],
      consumers.map(({ consumer, topic, group, handler }) => [consumer, topic, group, handler]),
    );
    return 0;
  },
});

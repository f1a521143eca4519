import { text, type ForeignLibrary } from './library.js';

const topic = 'watermill-invoices';

export const WATERMILL: ForeignLibrary = {
  name: 'watermill',
  title: 'Watermill',
  artifact: 'github.com/ThreeDotsLabs/watermill',
  build: { kind: 'go' },
  deadLetterTopics: ['watermill-invoices.poisoned'],
  otherTopics: [],
  sources: [
    { topic, key: text('i-1'), value: text('an invoice') },
    {
      topic,
      key: text('i-2'),
      value: text('refused invoice'),
      case: 'the handler fails, with a cause',
      again: {},
    },
  ],
  changingHeaders: [],
  isUnordered: true,
};

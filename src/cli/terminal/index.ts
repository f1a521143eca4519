export { askOnTerminal, confirm, type Ask } from './confirmation.js';
export { TerminalOutput, type Streams } from './terminal-output.js';

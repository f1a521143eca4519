import { relative } from 'node:path';
import { PROJECT_FOLDER } from '../project.mjs';

/**
 * What the runs came to.
 * @typedef {{ passed: number, failed: string[], skipped: string[] }} Tally
 */

/**
 * Counts tests over jest's reports. A file that fails without a failed test (it does not load, or fails in a hook), a
 * run without a report and a run that hung count as failures; so does finding no test at all.
 * @param {readonly { report?: any, hung?: string }[]} runs
 * @returns {Tally}
 */
export function tallyOf(runs) {
  const tally = { passed: 0, failed: [], skipped: [] };
  for (const { report, hung } of runs) {
    for (const file of report?.testResults ?? []) addFile(tally, file);
    if (hung !== undefined) tally.failed.push(hung);
    else if (report === undefined) tally.failed.push('jest ended without a report');
  }
  if (tally.passed + tally.failed.length + tally.skipped.length === 0)
    tally.failed.push('no test was found');
  return tally;
}

function addFile(tally, { name, status, message, assertionResults }) {
  const file = relative(PROJECT_FOLDER, name);
  const titled = ({ fullName }) => `${file}: ${fullName}`;
  const failed = assertionResults.filter((test) => test.status === 'failed');
  tally.passed += assertionResults.filter((test) => test.status === 'passed').length;
  tally.skipped.push(...assertionResults.filter((test) => isSkipped(test.status)).map(titled));
  tally.failed.push(...failed.map(titled));
  if (status === 'failed' && failed.length === 0)
    tally.failed.push(`${file}: ${firstLine(message)}`);
}

const isSkipped = (status) => ['pending', 'skipped', 'todo', 'disabled'].includes(status);

function firstLine(message = '') {
  const lines = message.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('●')) ?? 'the file fails as a whole';
}

/** The lines to end with; the last one is for machines too. @param {Tally} tally */
export function summaryOf({ passed, failed, skipped }) {
  return [
    ...skipped.map((title) => `skipped  ${title}`),
    ...failed.map((title) => `failed   ${title}`),
    `${passed} passed, ${failed.length} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`,
  ].join('\n');
}

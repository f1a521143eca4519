import type { CommandLine } from '../command-line.js';
import type { Verdict } from '../checker/verdict.js';
import { ledgerLines } from '../ledger/page.js';
import { runLedgerOnce } from '../ledger/run-ledger.js';
import { linesOf } from '../report/lines.js';
import { writeJson } from '../report/results.js';
import type { Workspace } from '../running/workspace.js';
import type { Scenario } from '../scenarios/scenario.js';
import { CONTROLS } from './controls.js';
import type { Expectation } from './expectation.js';
import { PLANTED } from './planted.js';

/** What does not settle by then has failed; most of these never would. */
const SETTLE_TIMEOUT_MS = 60_000;

/** True when every control fails by what it must fail by; `--plant` chooses one. */
export function runControls(commandLine: CommandLine, workspace: Workspace): Promise<boolean> {
  return detectAll('controls', chosen(CONTROLS, commandLine), commandLine, workspace);
}

/** True when every planted bug is found by what it breaks; `--plant` chooses one. */
export function runPlanted(commandLine: CommandLine, workspace: Workspace): Promise<boolean> {
  return detectAll('planted', chosen(PLANTED, commandLine), commandLine, workspace);
}

const chosen = (all: readonly Expectation[], { plant }: CommandLine): Expectation[] =>
  all.filter(({ name }) => plant === undefined || name === plant);

async function detectAll(
  name: string,
  expectations: readonly Expectation[],
  { seed }: CommandLine,
  workspace: Workspace,
): Promise<boolean> {
  const results: Detected[] = [];
  const missed: string[] = [];
  for (const expectation of expectations) {
    const detect = expectation.of === 'ledger' ? detectInLedger : detectInScenario;
    const result = await detect(expectation, workspace, seed);
    results.push(result);
    if (isFound(expectation, result)) {
      workspace.tell(`found: ${wordsOf(expectation, result)}`);
      continue;
    }
    missed.push(expectation.name);
    process.stdout.write(`${result.lines.join('\n')}\n`);
    workspace.tell(`MISSED: ${wordsOf(expectation, result)}`);
  }
  workspace.tell(`results: ${writeJson(name, { seed, missed, results })}`);
  workspace.tell(`${results.length - missed.length} of ${results.length} found`);
  return missed.length === 0;
}

interface Detected {
  readonly verdicts: readonly Verdict[];
  readonly lines: readonly string[];
}

async function detectInScenario(
  expectation: Expectation,
  workspace: Workspace,
  seed: number,
): Promise<Detected> {
  const { plant, control } = expectation.wrong;
  const result = await workspace.run(scenarioOf(expectation), {
    ...{ length: 'smoke', seed, plant, tell: () => undefined },
    settleTimeoutMs: SETTLE_TIMEOUT_MS,
    ...(control === undefined ? {} : { main: workspace.control(control) }),
  });
  return { ...result, lines: linesOf(result) };
}

async function detectInLedger(
  { wrong: { plant, control }, kinds, faults }: Expectation,
  workspace: Workspace,
  seed: number,
): Promise<Detected> {
  const result = await runLedgerOnce(workspace, {
    ...{ length: 'smoke', seed, plant, tell: () => undefined },
    choice: {
      ...(Object.keys(kinds).length > 0 && { kinds }),
      ...(faults !== undefined && { steps: faults }),
    },
    settleTimeoutMs: SETTLE_TIMEOUT_MS,
    ...(control === undefined ? {} : { main: workspace.control(control) }),
  });
  return { ...result, lines: ledgerLines(result) };
}

/** Two members under load, each replaced once: what a bug needs to show, and what an engine without one bears. */
function scenarioOf(expectation: Expectation): Scenario {
  const { name, what, kinds, environment = {}, retryTopics, store, faults = [] } = expectation;
  return {
    id: name,
    title: what,
    brokers: 1,
    members: 2,
    partitions: 6,
    ...(retryTopics === undefined ? {} : { retryTopics }),
    ...(store === undefined ? {} : { store }),
    environment: { FAULTS_WORK_MS: '20', ...environment },
    // A transaction for each record is what takes the time there.
    traffic: () => ({ recordsPerSecond: store === undefined ? 200 : 60, keys: 100, kinds }),
    faults: () => [
      ...faults,
      { at: 2_000, fault: { kind: 'redeploy', member: 0 } },
      { at: 4_000, fault: { kind: 'redeploy', member: 1 } },
    ],
    bars: { noDuplicates: true },
  };
}

/** Broken as expected, by members that did consume: what never starts would break everything. */
function isFound({ breaks, finding = '' }: Expectation, { verdicts }: Detected): boolean {
  const loss = verdicts.find(({ invariant }) => invariant === 'I1 no loss')!;
  const hasConsumed = loss.violations < loss.numbers!['records']!;
  const broken = verdicts.find(({ invariant }) => invariant === breaks)!;
  return hasConsumed && broken.findings.some(({ what }) => what.includes(finding));
}

function wordsOf({ name, what, breaks }: Expectation, { verdicts }: Detected): string {
  const broken = verdicts
    .filter(({ holds }) => !holds)
    .map(({ invariant, violations }) => `${invariant} (${violations})`);
  return `${name}, which ${what}, must break ${breaks}; broken: ${broken.join(', ') || 'nothing'}`;
}

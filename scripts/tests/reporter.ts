import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import type { Outcome } from './outcome.js';

/**
 * Writes the outcome, with the reason of every skipped test, to the file named by REGRAFT_TEST_RESULTS. Vitest's own JSON
 * reporter leaves the reasons out. A test gives its reason by `context.skip('…')`.
 */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env.REGRAFT_TEST_RESULTS;
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(outcomeOf(modules, errors)));
  }
}

function outcomeOf(modules: readonly TestModule[], errors: readonly SerializedError[]): Outcome {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const unloaded = modules.filter((module) => module.errors().length > 0).map((module) => module.moduleId);
  const failed = tests.filter((test) => test.result().state === 'failed').map((test) => test.fullName);
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: [...failed, ...unloaded, ...errors.map(({ message }) => message)],
    skipped: tests.flatMap((test) => {
      const result = test.result();
      return result.state === 'skipped' ? [{ name: test.fullName, reason: result.note ?? outermostSuite(test) }] : [];
    }),
  };
}

/** Where no reason is given, the suite that was skipped as a whole says what it needs. */
function outermostSuite(test: TestCase): string {
  let suite: TestCase['parent'] | TestCase = test;
  while (suite.parent && suite.parent.type === 'suite') suite = suite.parent;
  return suite === test ? 'no reason given' : (suite as { readonly name: string }).name;
}

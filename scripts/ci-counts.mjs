// Usage: node scripts/ci-counts.mjs RESULTS.json STATUS
// Prints `N passed, N failed` from vitest's JSON report. STATUS is the exit status of the checks: where it is not 0 and
// no test failed, the check that did counts as one failure. Exits 1 if anything failed.
import { existsSync, readFileSync } from 'node:fs';

const [resultsPath, status] = process.argv.slice(2);
const { passed, failed } = countTests(resultsPath);
const failures = status === '0' ? failed : Math.max(failed, 1);
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;

function countTests(path) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const filesNotLoaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + filesNotLoaded.length };
}

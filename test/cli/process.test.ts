import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const command = `"${process.execPath}" --import tsx src/cli/main.ts`;

function shell(script: string) {
  return spawnSync('bash', ['-o', 'pipefail', '-c', script], { cwd: root, encoding: 'utf8' });
}

describe('the command as a process', () => {
  it('answers on standard output and ends with 0', () => {
    const { stdout, stderr, status } = shell(`${command} estimate --model llama-2-7b --hardware h100 --json`);
    expect({ stderr: stderr.replace(/^warning: .*\n/gm, ''), status }).toEqual({ stderr: '', status: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, hardware: { id: 'h100-sxm-80gb' } });
  });

  it('ends with 1 where the user can mend it', () => {
    expect(shell(`${command} estimate --model nope --hardware h100`)).toMatchObject({ status: 1, stdout: '' });
  });

  it('ends with 1, and no stack, where its output cannot be written', () => {
    const { stderr, status } = shell(`${command} list engines > /dev/full`);
    expect({ stderr, status }).toEqual({ stderr: 'error: the output cannot be written (ENOSPC)\n', status: 1 });
  });

  it('is content with a reader that leaves early', () => {
    const { stdout, stderr, status } = shell(`${command} list models --json | head -n 1`);
    expect({ stdout, stderr, status }).toEqual({ stdout: '[\n', stderr: '', status: 0 });
  });
});

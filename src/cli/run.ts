import { CommanderError } from 'commander';
import { isRoofcastError } from '../errors.js';
import { buildProgram } from './program.js';
import { sayError } from './say-error.js';
import type { Terminal } from './terminal.js';

/** What a command ends with: all is well, the user can mend it, we have to, or somebody pressed Ctrl-C (128 + SIGINT). */
const EXIT = { ok: 0, userError: 1, bug: 2, interrupted: 130 } as const;

/** Runs one command line and tells its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok;
  const program = buildProgram(terminal, (reason = 'userError') => {
    code = EXIT[reason];
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said what it had to say, and asking for help is no error.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    sayError(error, args, terminal);
    return error instanceof CommanderError || isRoofcastError(error) ? EXIT.userError : EXIT.bug;
  }
}

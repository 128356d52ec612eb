/** Where a command writes: the process's streams, or a test's memory. */
export interface Terminal {
  /** Results: standard output. */
  write(text: string): void;
  /** Messages: standard error. */
  warn(text: string): void;
  /** Columns that a report may take. */
  readonly columns: number;
  /** Whether messages are read as they come, so that a line may be written over. */
  readonly live?: boolean;
}

const COLUMNS_OF_A_PIPE = 100;

/** The process's own streams. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  stdout.on('error', leave);
  stderr.on('error', leave);
  return {
    write: (text) => {
      stdout.write(text);
    },
    warn: (text) => {
      stderr.write(text);
    },
    columns: stdout.isTTY ? Math.max(60, stdout.columns) : COLUMNS_OF_A_PIPE,
    live: stderr.isTTY,
  };
}

/** A reader that has seen enough (`| head`) is no failure; a full disk is. */
function leave(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`error: the output cannot be written (${error.code})\n`);
  process.exit(1);
}

import { Command } from 'commander';
import { nearest } from '../nearest.js';
import { packageVersion } from '../package.js';
import type { CalibrateFlags } from './calibrate.js';
import {
  addCommonFlags,
  addListFlags,
  addMeasuredFlags,
  addScenarioFlags,
  addSweepFlags,
  BATCH_LIST,
  BATCHES,
  collect,
  type ListFlags,
  MACHINES,
  numberFlag,
  ONE_MACHINE,
  type ScenarioFlags,
  SET,
  type ShowFlags,
  SWEPT_MACHINES,
} from './flags.js';
import type { ImportFlags } from './import.js';
import type { MeasuredFlags } from './measured.js';
import type { ParetoFlags } from './pareto.js';
import type { BatchFlags, PlotAccuracyFlags } from './plot.js';
import type { SensitivityFlags } from './sensitivity.js';
import type { SolveFlags } from './solve.js';
import type { StudyFlags } from './study.js';
import type { SweepFlags } from './sweep.js';
import type { Terminal } from './terminal.js';

/** Is called by a command that has no answer, or that was stopped before it had one. */
type Fail = (reason?: 'userError' | 'interrupted') => void;

/** The command line. What a command needs is loaded when it runs. */
export function buildProgram(terminal: Terminal, fail: Fail): Command {
  const program = new Command('roofcast')
    .description('Predicts token/s, latency, energy and cost of neural network inference.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.warn(text),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
    })
    .addHelpText('after', EXAMPLES);
  addEstimates(program, terminal, fail);
  addStudies(program, terminal, fail);
  addPlots(program, terminal);
  addStudyFiles(program, terminal, fail);
  addEvidence(program, terminal, fail);
  addCatalogue(program, terminal);
  return program;
}

const EXAMPLES = `
Examples:
  roofcast estimate --model llama-2-7b --hardware m2-ultra-76c --weights q4_0
  roofcast compare --model llama-3-8b --hardware h100-sxm-80gb,m2-ultra-76c,rtx-4090 --weights q4_k_m
  roofcast explain --model llama-2-7b --hardware ./my-chip.yaml
  roofcast estimate --model llama-2-7b --hardware h100 --set memory.hbm.bandwidth='4.8 TB/s'
  roofcast sweep --model llama-3-8b --hardware h100,m2-ultra-76c --axis batch=1:64 -o points.csv
  roofcast plot roofline --model llama-3-8b --hardware h100-sxm-80gb -o roofline.svg
  roofcast sensitivity --model llama-2-7b --hardware h100-sxm-80gb --weights fp8
  roofcast solve --model llama-2-7b --hardware rtx-4090 --field batch --metric decode.timePerOutputToken --at-most 0.05
  roofcast validate llama-bench.json --hardware rtx-4090
  roofcast study what-if.yaml
  roofcast list hardware --kind gpu --min-memory 24GB --sort bandwidth --limit 10
  roofcast show h100-sxm-80gb
  roofcast import config.json -o my-model.yaml`;

function addEstimates(program: Command, terminal: Terminal, fail: Fail): void {
  addScenarioFlags(program.command('estimate'), ONE_MACHINE)
    .description('Predict speed, limits, memory, energy and cost of a model on a machine.')
    .action(async (flags: ScenarioFlags) => {
      const { runEstimate } = await import('./estimate.js');
      await runEstimate(flags, terminal);
    });
  addScenarioFlags(program.command('compare'), MACHINES)
    .description('Set several machines side by side; the weight format is the same on all of them.')
    .action(async (flags: ScenarioFlags) => {
      const { runCompare } = await import('./compare.js');
      if (!(await runCompare(flags, terminal))) fail();
    });
  addScenarioFlags(program.command('explain'), ONE_MACHINE)
    .description('Show each term of an estimate: formula, numbers, sources; and what is not modelled.')
    .action(async (flags: ScenarioFlags) => {
      const { runExplain } = await import('./explain.js');
      await runExplain(flags, terminal);
    });
  addSweepFlags(addScenarioFlags(program.command('sweep'), SWEPT_MACHINES))
    .description('Predict every combination of the values of some fields: a table of the first, or all in a file.')
    .action(async (flags: SweepFlags) => {
      const { runSweep } = await import('./sweep.js');
      const end = await runSweep(flags, terminal);
      if (end !== 'ok') fail(end);
    });
}

function addStudies(program: Command, terminal: Terminal, fail: () => void): void {
  addScenarioFlags(program.command('sensitivity'), ONE_MACHINE)
    .option('--metric <names>', 'figures of the estimate, with commas (default: decode.tokensPerSecond)')
    .option('--top <n>', 'the strongest so many (default: 15)', numberFlag('--top'))
    .option('--plot', 'a tornado instead of a table; --out FILE.svg writes it as a picture')
    .description('What limits a run: percent of a metric per percent of each figure, the strongest first.')
    .action(async (flags: SensitivityFlags) => {
      const { runSensitivity } = await import('./sensitivity.js');
      await runSensitivity(flags, terminal);
    });
  addScenarioFlags(program.command('solve'), ONE_MACHINE)
    .requiredOption('--field <name>', 'what may change: batch, weights, hardware.memory.hbm.bandwidth ...')
    .requiredOption('--metric <name>', 'figure of the estimate: decode.tokensPerSecond ...')
    .option('--at-least <x>', 'the metric shall be this or more, in its SI unit', numberFlag('--at-least'))
    .option('--at-most <x>', 'the metric shall be this or less', numberFlag('--at-most'))
    .option('--target <x>', 'the metric shall come to this', numberFlag('--target'))
    .option('--from <value>', "where the range begins, e.g. '1 TB/s' or 0.5x")
    .option('--to <value>', 'where it ends')
    .option('--values <list>', 'values to try in their order, with commas, e.g. f16,q8_0,q4_0')
    .description('Find the bandwidth, batch, format or price at which a metric reaches a target.')
    .action(async (flags: SolveFlags) => {
      const { runSolve } = await import('./solve.js');
      if (!(await runSolve(flags, terminal))) fail();
    });
  addScenarioFlags(program.command('pareto'), MACHINES, BATCH_LIST)
    .option('--more <names>', 'figures of the estimate that shall be large, with commas', collect)
    .option('--less <names>', 'figures that shall be small', collect)
    .option('--plot', 'a scatter of two figures instead of a table; --out FILE.svg writes it as a picture')
    .description('Choices of machine, weight format and batch (lists, with commas) that no other beats.')
    .action(async (flags: ParetoFlags) => {
      const { runPareto } = await import('./pareto.js');
      if (!(await runPareto(flags, terminal))) fail();
    });
}

function addPlots(program: Command, terminal: Terminal): void {
  const plot = program
    .command('plot')
    .description('Draw a plot in the terminal, or with --out as SVG.')
    .helpCommand(false);
  plot.on('command:*', ([name = '']: readonly string[]) => {
    const kinds = plot.commands.map((command) => command.name());
    const [best] = nearest(name, kinds, 1);
    const remedy = best === undefined ? `; write one of ${kinds.join(', ')}` : `\n(Did you mean ${best}?)`;
    plot.error(`error: unknown command '${name}'${remedy}`);
  });
  for (const [kind, description] of Object.entries(PLOTS) as [keyof typeof PLOTS, string][]) {
    addScenarioFlags(plot.command(kind), MACHINES)
      .description(description)
      .action(async (flags: ScenarioFlags) => {
        const { runPlot } = await import('./plot.js');
        await runPlot(kind, flags, terminal);
      });
  }
  addScenarioFlags(plot.command('batch'), MACHINES, BATCHES)
    .description('Decode rate and time per output token against batch.')
    .action(async (flags: BatchFlags) => {
      const { runPlotBatch } = await import('./plot.js');
      await runPlotBatch(flags, terminal);
    });
  addMeasuredFlags(plot.command('accuracy').argument('<file>', MEASURED))
    .option('--engine <id>', 'serves every row, whatever engine it names: an id, or a YAML file')
    .option('--metric <name>', 'metric to draw (default: the one with most predicted rows)')
    .description('Predicted against measured values.')
    .action(async (file: string, flags: PlotAccuracyFlags) => {
      const { runPlotAccuracy } = await import('./plot.js');
      await runPlotAccuracy(file, flags, terminal);
    });
}

/** Plots of estimates of one workload. */
const PLOTS = {
  roofline: 'Performance against arithmetic intensity, below the roofs of the machines.',
  memory: 'What fills the memory of each machine.',
  time: 'Terms of the time of decode and prefill.',
} as const;

function addEvidence(program: Command, terminal: Terminal, fail: Fail): void {
  addMeasuredFlags(program.command('validate').argument('<file>', MEASURED))
    .option('--engine <id>', 'serves every row, whatever engine it names: an id, or a YAML file')
    .description('Set predictions beside measured values: the error of every row, and scores.')
    .action(async (file: string, flags: MeasuredFlags) => {
      const { runValidate } = await import('./validate.js');
      if (!(await runValidate(file, flags, terminal))) fail();
    });
  addMeasuredFlags(program.command('calibrate').argument('<file>', MEASURED))
    .requiredOption('--engine <id>', 'software stack to fit: an id, or a YAML file')
    .description('Fit an engine to your own measurements; --out names the engine file that is written.')
    .action(async (file: string, flags: CalibrateFlags) => {
      const { runCalibrate } = await import('./calibrate.js');
      if (!(await runCalibrate(file, flags, terminal))) fail();
    });
}

function addStudyFiles(program: Command, terminal: Terminal, fail: () => void): void {
  addCommonFlags(program.command('study').argument('<file>', 'YAML of a study (docs/studies.md)'))
    .option('--format <form>', 'text, markdown, json or html (default: what the name of the file ends in, or text)')
    .description('Run a what-if study; the exit code is 1 when one of its expectations fails.')
    .action(async (file: string, flags: StudyFlags) => {
      const { runStudyFile } = await import('./study.js');
      if (!(await runStudyFile(file, flags, terminal))) fail();
    });
}

const MEASURED = 'CSV of measurements (docs/measurements.md), or the output of llama-bench, vLLM or SGLang';

function addCatalogue(program: Command, terminal: Terminal): void {
  addListFlags(program.command('list').argument('<what>', 'hardware, models, engines or formats'))
    .description('List what is built in: all of it, or what the flags ask for, sorted.')
    .action(async (what: string, flags: ListFlags) => {
      const { runList } = await import('./list.js');
      await runList(what, flags, terminal);
    });
  addCommonFlags(
    program
      .command('show')
      .argument('<id>', 'a machine, model or engine: an id or a file (YAML, config.json, GGUF)')
      .option(...SET, collect),
  )
    .description('Show figures, their sources and what follows from them.')
    .action(async (id: string, flags: ShowFlags) => {
      const { runShow } = await import('./show.js');
      await runShow(id, flags, terminal);
    });
  addCommonFlags(
    program
      .command('import')
      .argument('<file>', 'a config.json of Hugging Face transformers, or a GGUF file')
      .option('--id <id>', 'id of the model (default: made of its name)'),
  )
    .description('Turn a model into a spec: print its YAML, or write it with --out.')
    .action(async (file: string, flags: ImportFlags) => {
      const { runImport } = await import('./import.js');
      await runImport(file, flags, terminal);
    });
}

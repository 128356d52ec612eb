import type { LinePlot } from '../../src/plot/line.js';
import type { ParetoPlot } from '../../src/plot/pareto.js';
import type { RooflineData, RooflineMachine } from '../../src/plot/roofline-data.js';
import type { ScatterPlot } from '../../src/plot/scatter.js';
import type { StackedBars } from '../../src/plot/stacked-bars.js';
import type { TornadoPlot } from '../../src/plot/tornado.js';

/** A machine of round numbers: 100 TFLOP/s in 16 bits at 1 TB/s, so that its ridge lies at 100 FLOP/byte. */
const machine: RooflineMachine = {
  name: 'chip',
  roofs: [
    { name: 'int8', flopsPerSecond: 200e12, ridgePoint: 200, used: false },
    { name: 'f16, bf16', flopsPerSecond: 100e12, ridgePoint: 100, used: true },
    { name: 'f32', flopsPerSecond: 10e12, ridgePoint: 10, used: false },
  ],
  slopes: [
    { name: 'l2', bytesPerSecond: 5e12, main: false },
    { name: 'hbm', bytesPerSecond: 1e12, main: true },
  ],
  phases: [
    {
      name: 'decode',
      arithmeticIntensity: 1,
      flopsPerSecond: 0.7e12,
      low: 0.5e12,
      high: 0.9e12,
      bound: 'memory',
      operators: [
        { name: 'ffn-gate, ffn-up, ffn-down', arithmeticIntensity: 1, flopsPerSecond: 0.9e12, timeShare: 0.6 },
        { name: 'attention', arithmeticIntensity: 4, flopsPerSecond: 0.4e12, timeShare: 0.2 },
        { name: 'norm', arithmeticIntensity: 0.5, flopsPerSecond: 5e9, timeShare: 0.02 },
      ],
    },
    {
      name: 'prefill',
      arithmeticIntensity: 500,
      flopsPerSecond: 60e12,
      low: 40e12,
      high: 75e12,
      bound: 'compute',
      operators: [
        { name: 'ffn-gate, ffn-up, ffn-down', arithmeticIntensity: 512, flopsPerSecond: 70e12, timeShare: 0.7 },
      ],
    },
  ],
};

export const roofline: RooflineData = {
  title: 'Roofline: a model on chip',
  subtitle: 'f16 weights, batch 1',
  machines: [machine],
};

/** The same beside one with half of everything. */
export const rooflines: RooflineData = {
  title: 'Roofline: a model',
  machines: [
    machine,
    {
      name: 'half <chip>',
      roofs: machine.roofs.map((roof) => ({ ...roof, flopsPerSecond: roof.flopsPerSecond / 2 })),
      slopes: machine.slopes.map((slope) => ({ ...slope, bytesPerSecond: slope.bytesPerSecond / 2 })),
      phases: machine.phases.map((phase) => ({
        ...phase,
        flopsPerSecond: phase.flopsPerSecond / 2,
        low: phase.low / 2,
        high: phase.high / 2,
      })),
    },
  ],
};

export const lines: LinePlot = {
  title: 'Rate and latency against batch: a model',
  x: { name: 'batch', unit: 'sequences', scale: 'log' },
  panels: [
    {
      y: { name: 'decode rate', unit: 'token/s', scale: 'log' },
      series: [
        {
          name: 'chip',
          points: [
            { x: 1, y: 100, low: 80, high: 120 },
            { x: 8, y: 700, low: 600, high: 900 },
            { x: 64, y: 2000, low: 1500, high: 2500 },
          ],
        },
        {
          name: 'half <chip>',
          points: [
            { x: 1, y: 50 },
            { x: 8, y: 340 },
          ],
        },
      ],
    },
    {
      y: { name: 'time per output token', unit: 'ms', scale: 'linear' },
      series: [
        {
          name: 'chip',
          points: [
            { x: 1, y: 10 },
            { x: 8, y: 11.4 },
            { x: 64, y: 32 },
          ],
        },
        {
          name: 'half <chip>',
          points: [
            { x: 1, y: 20 },
            { x: 8, y: 23.5 },
          ],
        },
      ],
    },
  ],
};

export const bars: StackedBars = {
  title: 'Memory: a model',
  parts: [
    { name: 'weights', look: 'colour' },
    { name: 'cache', look: 'colour' },
    { name: 'free', look: 'empty' },
    { name: 'not usable', look: 'unused' },
  ],
  mark: 'needed',
  panels: [
    {
      axis: { name: 'memory', unit: 'GB', scale: 'linear' },
      bars: [
        { name: 'chip', values: [14, 2, 60, 4], mark: 16, note: '16 GB of 76 GB usable' },
        { name: 'half <chip>', values: [14, 2, 22, 2], note: '16 GB of 38 GB usable' },
      ],
    },
  ],
};

export const tornado: TornadoPlot = {
  title: 'What decode answers to: a model on chip',
  x: { name: 'change of decode rate', unit: '%', scale: 'linear' },
  low: '10 % less',
  high: '10 % more',
  bars: [
    { name: 'kernel overhead', low: 1.2, high: -1.1 },
    { name: 'bandwidth of hbm', low: -8.4, high: 7.6 },
    { name: 'f16 peak', low: 0, high: 0 },
  ],
};

export const pareto: ParetoPlot = {
  title: 'Price and decode rate: a model',
  x: { name: 'price', unit: 'USD', scale: 'log' },
  y: { name: 'decode rate', unit: 'token/s', scale: 'linear' },
  points: [
    { name: 'dear', x: 30_000, y: 400, front: true },
    { name: 'cheap', x: 300, y: 60, front: true },
    { name: 'middle & fast', x: 1600, y: 150, front: true },
    { name: 'beaten', x: 1650, y: 148, front: false },
    { name: 'slow', x: 7000, y: 90, front: false },
  ],
};

export const accuracy: ScatterPlot = {
  title: 'Predicted against measured: decode',
  x: 'measured token/s',
  y: 'predicted token/s',
  band: 1.2,
  series: [
    {
      name: 'cuda',
      points: [
        { x: 10, y: 10 },
        { x: 100, y: 130 },
      ],
    },
    { name: 'metal', points: [{ x: 50, y: 40 }] },
  ],
};

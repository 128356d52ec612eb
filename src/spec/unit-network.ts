import type { Block, Place, Stage, UnitNetwork } from '../model/unit/types.js';
import type { SpecSources } from '../provenance.js';
import { throwProblems } from './problems.js';
import { readSpec, type SpecOrigin } from './read.js';
import { given, recordSources, type SourceRecord } from './record.js';
import { checkUnitNetwork } from './unit-network-checks.js';
import { type BlockSpec, type StageSpec, type UnitNetworkSpec, unitNetworkSchema } from './unit-network-schema.js';

/** Whether the text of a spec describes a network of stages. */
export function isUnitNetworkText(text: string): boolean {
  return /^stages:/m.test(text);
}

/**
 * Reads a network that generates no tokens from YAML, and where its figures come from.
 * Throws `SpecError`, located in the file, when anything is missing, unknown or impossible.
 */
export function parseUnitNetwork(
  text: string,
  origin: SpecOrigin,
): { readonly network: UnitNetwork; readonly sources: SpecSources } {
  const { spec, tree } = readSpec(text, origin, { schema: unitNetworkSchema });
  throwProblems(checkUnitNetwork(spec, tree));
  const record = recordSources(spec.sources);
  record.take('dimensions', { value: 0, source: spec.source });
  if (spec.size !== undefined) record.take('size', { value: 0, source: spec.size.source });
  const stages = spec.stages.map((stage) => readStage(record, stage));
  const network: UnitNetwork = {
    id: spec.id,
    name: spec.name,
    vendor: spec.vendor,
    aliases: spec.aliases,
    ...given({ released: spec.released }),
    unit: spec.unit,
    ...(spec.size === undefined ? {} : { size: readSize(spec.size) }),
    ...given({ steps: record.takeIfGiven('steps', spec.steps) }),
    nativeFormat: spec['native-format'],
    stages,
    published: readPublished(spec, stages),
    rumoured: record.pathsOf('rumour').length > 0,
  };
  return { network, sources: record.finish(spec.notes) };
}

function readSize({ width, height, multiple }: UnitNetworkSpec['size'] & object): UnitNetwork['size'] & object {
  return { width, height, multiple };
}

function readStage(record: SourceRecord, spec: StageSpec): Stage {
  const path = `stages.${spec.name}`;
  if (spec.source !== undefined) record.take(`${path}.dimensions`, { value: 0, source: spec.source });
  return {
    name: spec.name,
    runs: spec.runs,
    evaluations: spec.evaluations,
    ...given({ rowsPerPass: record.takeIfGiven(`${path}.rowsPerPass`, spec['rows-per-pass']) }),
    blocks: spec.blocks.map((block) => ({ block: readBlock(block), repeat: block.repeat })),
    ...given({ published: record.takeIfGiven(`${path}.published`, spec.parameters) }),
  };
}

/** The sum over the stages, where each has a published count. */
function readPublished({ stages: specs }: UnitNetworkSpec, stages: readonly Stage[]): UnitNetwork['published'] {
  const counts = stages.flatMap(({ published }) => (published === undefined ? [] : [published]));
  const differences = specs.flatMap(({ parameters }) => parameters?.difference ?? []);
  return given({
    total: counts.length === stages.length ? counts.reduce((sum, count) => sum + count, 0) : undefined,
    difference: differences.length > 0 ? differences.join('; ') : undefined,
  });
}

function readBlock(block: BlockSpec): Block {
  switch (block.kind) {
    case 'convolution': {
      const { kind, input, output, kernel, stride, at, bias, relu } = block;
      return { kind, input, output, kernel, stride, at, bias, batchNorm: block['batch-norm'], relu };
    }
    case 'linear': {
      const { kind, input, output, bias } = block;
      return { kind, input, output, bias, ...placeOf(block) };
    }
    case 'norm':
      return { kind: block.kind, norm: block.norm, width: block.width, ...placeOf(block) };
    case 'activation':
      return { kind: block.kind, function: block.function, width: block.width, ...placeOf(block) };
    case 'positional-encoding':
      return { kind: block.kind, input: block.input, frequencies: block.frequencies, ...placeOf(block) };
    case 'residual-block': {
      const { kind, input, output, at, embedding } = block;
      return { kind, input, output, at, ...given({ embedding }) };
    }
    case 'text-transformer': {
      const { kind, layers, width, heads, tokens, vocabulary, causal, projection } = block;
      const feedForward = block['feed-forward'];
      return { kind, layers, width, heads, feedForward, tokens, vocabulary, causal, ...given({ projection }) };
    }
    default: {
      const { repeat: _, ...dimensions } = block;
      return dimensions;
    }
  }
}

interface PlaceSpec {
  readonly at?: number | undefined;
  readonly each?: number | undefined;
  readonly tokens?: number | undefined;
}

function placeOf({ at, each, tokens }: PlaceSpec): Place {
  return at === undefined ? { tokens: tokens ?? 1 } : { at, ...given({ each }) };
}

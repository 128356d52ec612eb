import type { WeightScheme } from '../model/schemes.js';
import { layerTensors, outerTensors } from '../model/tensors.js';
import type { Model } from '../model/types.js';
import { nearest } from '../nearest.js';
import type { ImportOptions } from './config.js';
import type { Draft, NamedDraft } from './draft.js';
import { type Block, layerOfBlock } from './gguf-block.js';
import { factsOf, type GgufFacts } from './gguf-facts.js';
import type { GgufHeader } from './gguf-header.js';
import { recipeOf, schemeOfFile } from './gguf-scheme.js';
import { spansOf } from './gguf-spans.js';
import { checkElements, type Stored, store } from './gguf-stored.js';
import { idOf, printable, stemOf } from './names.js';

/** What a GGUF file holds: the network, and how its tensors are stored. */
export interface GgufModel {
  readonly draft: NamedDraft;
  readonly weights: WeightScheme;
}

/**
 * Architectures whose tensors have the names and shapes that are understood here. A tensor or a dimension that does not
 * fit is refused all the same.
 */
const architectures = [
  ...['arcee', 'baichuan', 'bloom', 'chatglm', 'cohere2', 'command-r', 'dbrx', 'deepseek', 'deepseek2', 'dots1'],
  ...['ernie4_5', 'ernie4_5-moe', 'exaone', 'exaone4', 'falcon', 'falcon-h1', 'gemma', 'gemma2', 'gemma3', 'glm4'],
  ...['glm4moe', 'gpt-oss', 'gpt2', 'gptj', 'gptneox', 'granite', 'granitehybrid', 'granitemoe', 'hunyuan-dense'],
  ...['hunyuan-moe', 'internlm2', 'jamba', 'llama', 'llama4', 'mamba', 'mamba2', 'minicpm', 'minimax-m2', 'mistral3'],
  ...['mpt', 'nemotron', 'nemotron_h', 'nemotron_h_moe', 'olmo2', 'olmoe', 'orion', 'phi2', 'phi3', 'phimoe'],
  ...['qwen2', 'qwen2moe', 'qwen2vl', 'qwen3', 'qwen3moe', 'qwen3next', 'qwen3vl', 'qwen3vlmoe', 'qwen35', 'qwen35moe'],
  ...['seed_oss', 'smollm3', 'stablelm', 'starcoder', 'starcoder2', 'xverse'],
];

/**
 * The network and the weight scheme of a GGUF file, from its header or, where it is split, from those of all its files.
 * Throws `ModelFileError` for an architecture, a tensor or a dimension that is not understood.
 */
export function readGguf(headers: readonly [GgufHeader, ...GgufHeader[]], options: ImportOptions = {}): GgufModel {
  const facts = factsOf(headers);
  checkArchitecture(facts);
  const { draft, stored } = describe(facts);
  const stem = stemOf(facts.file).replace(/-\d{5}-of-\d{5}$/, '');
  const nativeFormat = recipeOf(facts, stored);
  const name = facts.general('name');
  const organisation = facts.general('organization');
  const named: NamedDraft = {
    ...draft,
    id: options.id ?? idOf(stem),
    name: (typeof name === 'string' && printable(name)) || printable(stem) || 'imported',
    vendor: (typeof organisation === 'string' && printable(organisation)) || 'unknown',
    nativeFormat,
    source: {
      key: 'gguf',
      ref: `header of ${printable(stem)}.gguf, general.architecture ${facts.architecture}`,
      date: options.date ?? new Date().toISOString().slice(0, 10),
    },
    notes: [...facts.notes],
  };
  return { draft: named, weights: schemeOfFile(`${printable(stem)}.gguf`, nativeFormat, stored) };
}

function checkArchitecture(facts: GgufFacts): void {
  const { architecture } = facts;
  const type = facts.general('type');
  if (typeof type === 'string' && type !== 'model')
    facts.fail('general.type', `"${printable(type)}" is no model`, 'give the file of the model itself');
  if (architectures.includes(architecture)) return;
  const near = nearest(architecture, architectures, 2).map((one) => `"${one}"`);
  const remedy = near.length > 0 ? `near are ${near.join(' and ')}` : `understood are ${architectures.join(', ')}`;
  facts.fail(
    'general.architecture',
    `the architecture "${printable(architecture)}" is not understood`,
    `${remedy}; or write the spec by hand (docs/spec-format.md)`,
  );
}

function describe(facts: GgufFacts): { draft: Draft; stored: Stored } {
  const hidden = facts.size('embedding_length');
  const embedding = facts.outer.get('token_embd.weight');
  const [width, vocabulary] = embedding?.dims ?? [];
  if (embedding === undefined || vocabulary === undefined)
    return facts.fail('token_embd.weight', 'is missing', 'a model has an embedding; give all files of a split one');
  if (width !== hidden)
    facts.fail('token_embd.weight', `has rows of ${width}, and embedding_length is ${hidden}`, 'the file is damaged');
  const blocks = usedBlocks(facts, hidden);
  const spans = spansOf(facts);
  const found = blocks.map((block) => layerOfBlock(block, spans[block.index] ?? { kind: 'full' }));
  const stored = store(facts, blocks, found);
  const context = facts.sizeIfGiven('context_length');
  if (context === undefined) facts.notes.add('context_length is absent: nothing bounds the context');
  const outer: Omit<Draft, 'layers' | 'extraElements'> = {
    hidden,
    vocabulary,
    ...(context === undefined || context === 0 ? {} : { context }),
    tiedEmbeddings: !facts.outer.has('output.weight'),
    headBias: facts.outer.has('output.bias'),
    norm: normOf(facts),
    finalNorm: facts.outer.has('output_norm.weight'),
    embeddingNorm: facts.outer.has('token_embd_norm.weight'),
    positions: facts.outer.get('position_embd.weight')?.dims[1] ?? 0,
  };
  if (!outer.finalNorm) facts.notes.add('output_norm.weight is absent: no norm before the head');
  const model = asModel({ ...outer, extraElements: 0, layers: found });
  const layers = found.map((layer, index) => ({
    ...layer,
    extraElements: checkElements(facts, index, layerTensors(model, layer), stored),
  }));
  const extraElements = checkElements(facts, 'outer', outerTensors(model), stored);
  return { draft: { ...outer, layers, extraElements }, stored };
}

/** Blocks without those at the end that predict further tokens. */
function usedBlocks(facts: GgufFacts, hidden: number): Block[] {
  const predicting = facts.sizeIfGiven('nextn_predict_layers') ?? 0;
  if (predicting >= facts.blockCount)
    facts.fail(
      `${facts.architecture}.nextn_predict_layers`,
      `${predicting} of ${facts.blockCount} blocks`,
      'the file is damaged',
    );
  if (predicting > 0) facts.notes.add('without the blocks that predict further tokens, which the file has');
  return facts.blocks
    .slice(0, facts.blockCount - predicting)
    .map((tensors, index) => ({ facts, index, hidden, tensors }));
}

function normOf(facts: GgufFacts): Model['norm'] {
  if (facts.outer.has('output_norm.bias')) return 'layer';
  const isLayer = facts.value('attention.layer_norm_epsilon') !== undefined;
  return isLayer && facts.value('attention.layer_norm_rms_epsilon') === undefined ? 'layer-without-bias' : 'rms';
}

/** A draft as far as the tensors of a model need it. */
function asModel(draft: Draft): Model {
  const unnamed = { id: '', name: '', vendor: '', aliases: [], nativeFormat: 'f32', published: {}, rumoured: false };
  const rest = { residual: { kind: 'addition' }, perLayerEmbedding: 0 } as const;
  return { ...unnamed, ...rest, ...draft, layers: {}, pattern: [{ layers: ['block'], repeat: draft.layers.length }] };
}

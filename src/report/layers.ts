import { formatCount } from '../format.js';
import type { AttentionMixer, CompressedAttentionMixer, FeedForward, Layer, Mixer, Span } from '../model/types.js';

/** A layer in words: `attention of 32 heads (8 KV) of 128; gated feed-forward of 14,336`. */
export function layerText({ mixers, feedForwards }: Layer): string {
  return [mixers.map(mixerText).join(' beside '), feedForwards.map(feedForwardText).join(' beside ')]
    .filter((text) => text !== '')
    .join('; ');
}

function mixerText(mixer: Mixer): string {
  switch (mixer.kind) {
    case 'attention':
      return attentionText(mixer);
    case 'latent-attention':
      return `latent attention of ${mixer.heads} heads, latent of ${mixer.kvRank} + ${mixer.ropeDim}${spanText(mixer.span)}`;
    case 'compressed-attention':
      return compressedText(mixer);
    case 'mamba1':
      return `Mamba, inner ${formatCount(mixer.inner)}, state ${mixer.state}`;
    case 'mamba2':
      return `Mamba-2 of ${mixer.heads} heads, inner ${formatCount(mixer.inner)}, state ${mixer.state}`;
    case 'gated-deltanet':
      return `gated DeltaNet of ${mixer.keyHeads} key and ${mixer.valueHeads} value heads of ${mixer.keyDim} and ${mixer.valueDim}`;
    case 'kda':
      return `Kimi delta attention of ${mixer.heads} heads of ${mixer.headDim}`;
    case 'lightning':
      return `lightning attention of ${mixer.heads} heads of ${mixer.headDim}`;
    case 'rwkv4':
      return `RWKV-4 time mixing of ${formatCount(mixer.width)}`;
    default:
      return never(mixer);
  }
}

function attentionText({ heads, kvHeads, headDim, span, keyValue }: AttentionMixer): string {
  const shared = kvHeads === heads ? '' : ` (${kvHeads} KV)`;
  const cache =
    keyValue === 'own' ? '' : keyValue === 'shared' ? ', cache of an earlier layer' : ', keys serve as values';
  return `attention of ${heads} heads${shared} of ${headDim}${spanText(span)}${cache}`;
}

function compressedText({ heads, headDim, window, compression }: CompressedAttentionMixer): string {
  const near = `compressed attention of ${heads} heads over one of ${headDim}, the last ${window}`;
  switch (compression.kind) {
    case 'none':
      return near;
    case 'heavy':
      return `${near} and one entry for ${compression.ratio}`;
    case 'sparse':
      return `${near} and ${formatCount(compression.size)} selected entries for ${compression.ratio} each`;
    default:
      return never(compression);
  }
}

function spanText(span: Span): string {
  switch (span.kind) {
    case 'full':
      return '';
    case 'bidirectional':
      return ', both ways';
    case 'sliding':
    case 'chunked':
      return `, ${span.kind} over ${formatCount(span.size)}`;
    case 'selected':
      return `, ${formatCount(span.size)} selected by ${span.indexHeads} heads of ${span.indexDim}`;
    default:
      return never(span);
  }
}

function feedForwardText(part: FeedForward): string {
  switch (part.kind) {
    case 'dense':
      return `${part.gated ? 'gated ' : ''}feed-forward of ${formatCount(part.width)}`;
    case 'mixture': {
      const gated = part.gated ? 'gated ' : '';
      const shared =
        part.shared === undefined ? '' : ` and ${part.shared.count} shared of ${formatCount(part.shared.width)}`;
      return `${part.active} of ${part.experts} ${gated}experts of ${formatCount(part.width)}${shared}`;
    }
    case 'channel-mixing':
      return `channel mixing of ${formatCount(part.width)}`;
    default:
      return never(part);
  }
}

function never(value: never): never {
  throw new Error(`unforeseen: ${JSON.stringify(value)}`);
}

/**
 * What ends the name of a model that llama.cpp prints: `Q4_K - Medium`, `mostly Q8_0`, `IQ3_S mix - 3.66 bpw`, `MXFP4 MoE`.
 * Source: `llama_model_ftype_name` of llama.cpp; "mostly" and "all" until November 2023.
 */
const printedFormat =
  /\s(?:mostly |all )?((?:iq|tq|q)\d(?:_\w+)?|bf16|f16|f32|mxfp4|nvfp4)(?: (mix|moe))?(?: - ([a-z]+|[\d.]+ bpw(?: ternary)?))?(?: \(guessed\))?$/i;

/** What ends the name of a GGUF file: `-Q4_K_M.gguf`, `.f16.gguf`, `-UD-Q4_K_XL-00001-of-00002.gguf`. */
const fileFormat = /[-._](ud-)?((?:iq|tq|q)\d(?:_\w+)?|bf16|f16|fp16|f32|mxfp4|nvfp4)(?:-\d{5}-of-\d{5})?(?:\.gguf)?$/i;

/** Longest name that is looked into. */
const longestName = 300;

/** A name without its weight format, and the format as measurements write it; undefined when the name does not say. */
export interface SplitName {
  readonly name: string;
  readonly format?: string;
}

/**
 * Splits what llama-bench calls the model type.
 * @example splitModelType('llama 7B Q4_K - Medium') // => { name: 'llama 7B', format: 'q4_k_m' }
 */
export function splitModelType(type: string): SplitName {
  const found = type.length > longestName ? null : printedFormat.exec(type);
  if (found === null) return { name: type };
  const [, base = '', variant = '', size = ''] = found;
  return { name: type.slice(0, found.index), format: formatOf(base, variant, size) };
}

/**
 * Splits the name of a file of weights, without its folder.
 * @example splitFileName('models/Qwen3-8B-UD-Q4_K_XL.gguf') // => { name: 'Qwen3-8B', format: 'ud-q4_k_xl' }
 */
export function splitFileName(path: string): SplitName {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const found = file.length > longestName ? null : fileFormat.exec(file);
  if (found === null) return { name: file.replace(/\.gguf$/i, '') };
  const [, prefix = '', base = ''] = found;
  return { name: file.slice(0, found.index), format: `${prefix}${base}`.toLowerCase().replace('fp16', 'f16') };
}

function formatOf(base: string, variant: string, size: string): string {
  const format = base.toLowerCase();
  if (format === 'iq3_s' && variant.toLowerCase() === 'mix') return 'iq3_m';
  // "Q2_K - Medium" is the mix that files call Q2_K.
  const letter = format === 'q2_k' && /^medium$/i.test(size) ? '' : sizes[size.toLowerCase()];
  return letter ? `${format}_${letter}` : format;
}

const sizes: Readonly<Record<string, string>> = { small: 's', medium: 'm', large: 'l' };

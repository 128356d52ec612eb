/** How the back ends of llama.cpp say which device they found, in what they print before a table. */
const announcements: readonly RegExp[] = [
  // CUDA and ROCm: "  Device 0: NVIDIA GeForce RTX 4090, compute capability 8.9, VMM: yes"
  /^\s*Device (\d+): ([^,]+), (?:compute capability|gfx)/,
  // Vulkan: "ggml_vulkan: 0 = AMD Radeon RX 7900 XTX (RADV NAVI31) (radv) | uma: 0 | fp16: 1 ..."
  /^ggml_vulkan: (\d+) = ([^|]+?)(?: \([^()]*\))? \|/,
  // Metal: "ggml_metal_init: picking default device: Apple M2 Ultra"
  /^ggml_metal\w*: picking default device:() (.+)$/,
];

/** Longest line of a log that is looked at. */
const longestLine = 500;

/** A device that a line of the log announces. The same one is announced again whenever a test starts. */
export interface LoggedDevice {
  readonly index: number;
  readonly name: string;
}

/** The device that a line of the log announces. */
export function deviceInLog(line: string): LoggedDevice | undefined {
  if (line.length > longestLine) return undefined;
  for (const pattern of announcements) {
    const [, index, name] = pattern.exec(line) ?? [];
    if (name) return { index: Number(index), name: name.trim() };
  }
  return undefined;
}

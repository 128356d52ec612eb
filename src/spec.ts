export type { Engine } from './engine/types.js';
export type { Hardware } from './hardware/types.js';
export type { Model } from './model/types.js';
export type { FigureSource, FigureSources, SourceKind, SpecSources } from './provenance.js';
export { parseEngine } from './spec/engine.js';
export { parseHardware } from './spec/hardware.js';
export { parseModel } from './spec/model.js';
export type { SpecOrigin } from './spec/read.js';
export { type Dimension, parseQuantity } from './units.js';

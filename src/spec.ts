/**
 * YAML text of machines, models and engines: parsed, checked, and turned into SI units. Every fault has its place and a remedy.
 *
 * @packageDocumentation
 */
export type { Dimension } from './dimensions.js';
export type { Engine } from './engine/types.js';
export type { Hardware } from './hardware/types.js';
export type { Model } from './model/types.js';
export type { UnitNetwork } from './model/unit/types.js';
export type { FigureSource, FigureSources, SourceKind, SpecSources } from './provenance.js';
export { parseEngine } from './spec/engine.js';
export { parseHardware } from './spec/hardware.js';
export { parseModel } from './spec/model.js';
export type { SpecOrigin } from './spec/read.js';
export { isUnitNetworkText, parseUnitNetwork } from './spec/unit-network.js';
export { parseQuantity } from './units.js';

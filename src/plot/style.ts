/** Rules for curves, bands, bars and notes, after those of every picture. */
export const PLOT_STYLE =
  '.note{font-size:12px;fill:#555}.curve{fill:none;stroke-width:2}.thin{stroke-width:1}.far{stroke-dasharray:7 4}' +
  '.farther{stroke-dasharray:2 3}.area{fill-opacity:.16;stroke:none}.bar{fill-opacity:.82;stroke:none}' +
  '.empty{fill:#888;fill-opacity:.13;stroke:#888}.unused{fill:none;stroke:#888;stroke-dasharray:3 2}' +
  '.roof{stroke:#777;fill:none}.leader{stroke:#999;fill:none}.tick{stroke:#111;stroke-width:2.5}' +
  '.point{stroke:#fff;stroke-width:1.2}.hollow{fill:#fff;stroke-width:2}.rimmed{stroke:#111;stroke-width:2}.ring{fill:#fff;stroke:#444}' +
  '.halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}' +
  '@media (prefers-color-scheme:dark){.note{fill:#b5b5b5}.roof{stroke:#999}.leader{stroke:#777}.tick{stroke:#fff}' +
  '.empty{fill:#aaa;stroke:#999}.unused{stroke:#999}.point{stroke:#16181c}.hollow{fill:#16181c}.rimmed{stroke:#fff}.ring{fill:#16181c;stroke:#ccc}' +
  '.halo{stroke:#16181c}}';

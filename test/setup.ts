import fc from 'fast-check';

/** The same cases in every run; `FC_SEED=1 npx vitest run` tries others. */
const SEED = 20261121;

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? SEED) });

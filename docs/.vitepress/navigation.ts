/** A page of the site: its name in the navigation, and its file in the repository. */
export interface Page {
  readonly text: string;
  readonly file: string;
}

export interface Section {
  readonly text: string;
  readonly pages: readonly Page[];
}

/** The pages in the order in which they are read. Those in docs/api/ are written by the build, from the comments of the code. */
export const sections: readonly Section[] = [
  {
    text: 'Start',
    pages: [
      { text: 'roofcast', file: 'README.md' },
      { text: 'First steps', file: 'docs/getting-started.md' },
      { text: 'Concepts', file: 'docs/concepts.md' },
      { text: 'Glossary', file: 'docs/glossary.md' },
    ],
  },
  {
    text: 'Studies',
    pages: [
      { text: 'What if: vary a figure', file: 'docs/variations.md' },
      { text: 'What limits it, what reaches it', file: 'docs/what-if.md' },
      { text: 'Sweeps', file: 'docs/sweeps.md' },
      { text: 'Study files', file: 'docs/studies.md' },
      { text: 'In a test runner', file: 'docs/testing.md' },
      { text: 'Six worked studies', file: 'examples/README.md' },
      { text: 'Plots', file: 'docs/plots.md' },
    ],
  },
  {
    text: 'The model',
    pages: [
      { text: 'How a number is made', file: 'docs/how-a-number-is-made.md' },
      { text: 'Every formula', file: 'docs/model.md' },
      { text: 'Energy', file: 'docs/energy.md' },
      { text: 'Accuracy', file: 'docs/accuracy.md' },
      { text: 'Facts of the field', file: 'docs/model-facts.md' },
    ],
  },
  {
    text: 'Catalogue',
    pages: [
      { text: 'Machines', file: 'docs/hardware.md' },
      { text: 'Models', file: 'docs/models.md' },
    ],
  },
  {
    text: 'Bring your own',
    pages: [
      { text: 'Machines, models, engines', file: 'docs/spec-format.md' },
      { text: 'Import a model', file: 'docs/import.md' },
      { text: 'Measurements', file: 'docs/measurements.md' },
      { text: 'Rows of the project', file: 'measurements/README.md' },
      { text: 'Contribute', file: 'CONTRIBUTING.md' },
    ],
  },
  {
    text: 'Reference',
    pages: [
      { text: 'Commands', file: 'docs/cli.md' },
      { text: 'Functions and types', file: 'docs/api/index.md' },
      { text: 'Changes', file: 'CHANGELOG.md' },
    ],
  },
];

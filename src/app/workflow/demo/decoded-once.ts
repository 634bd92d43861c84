import { allIndices, type Content, type Dataset, subset } from '../../../learning/data/index.js';

/** The same data; what was decoded stays in memory. `check` is called before each image, to stop the work that asks for it. */
export function decodedOnce(dataset: Dataset, check: () => void): Dataset {
  const contents = new Map<number, Promise<Content>>();
  return {
    ...subset(dataset, allIndices(dataset)),
    load: async (index) => {
      check();
      const known = contents.get(index) ?? dataset.load(index);
      contents.set(index, known);
      return known;
    },
  };
}

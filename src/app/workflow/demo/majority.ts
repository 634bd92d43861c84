import { countClasses, type Dataset } from '../../../learning/data/index.js';
import { type Runner, runOf } from './trial.js';

/** Always the class that is most common among the images it is asked about: the most that an answer without looking can reach. */
export const majority: Runner = async ({ data: { own, foreign }, split: { seed, heldOut, shifted } }) => {
  const hits = (dataset: Dataset, indices: readonly number[]): boolean[] => {
    const counts = countClasses(dataset, indices);
    const most = counts.indexOf(Math.max(...counts));
    return indices.map((index) => dataset.sample(index).label === most);
  };
  return runOf('majority class', seed, 0, { own: hits(own, heldOut), shifted: hits(foreign, shifted) });
};

import { tfCases, tfFiles } from '../../../test/support/tensorflow.js';
import { filesIn, isSmall, realFolders, type Sample } from './sample.js';

function goldenSamples(entries: RegExp): readonly Sample[] {
  const cases = tfCases.filter(([, { entry }]) => entries.test(entry));
  return cases.map(([name, { entry, signature }]): Sample => ({ name, files: tfFiles(name), entry, ...(signature !== undefined && { signature }) }));
}

function realSamples(kind: string, wanted: RegExp): readonly Sample[] {
  const samples = realFolders(kind).map((folder): Sample => ({ name: folder, files: filesIn(folder, wanted) }));
  return samples.filter((sample) => Object.keys(sample.files).length > 0 && isSmall(sample));
}

export function savedModelSamples(): readonly Sample[] {
  return [
    ...goldenSamples(/saved_model\.pb$/),
    ...realSamples('saved_model', /^saved_model\.pb$|^variables\//).filter(({ files }) => 'saved_model.pb' in files),
  ];
}

export function graphDefSamples(): readonly Sample[] {
  return [...goldenSamples(/(?<!saved_model)\.pb$/), ...realSamples('graphdef', /^[^/]*\.pb$/)];
}

export function checkpointSamples(): readonly Sample[] {
  return [...goldenSamples(/checkpoint$|\.(?:meta|index)$/), ...realSamples('checkpoint', /^[^/]*$/)];
}

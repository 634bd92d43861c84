import { architectureCases, differenceOf, goldenImages, goldenNetwork, parametersOf, torchvisionVersion } from '../support/torch-architectures.js';
import { differenceOf as lossDifferenceOf, trainingCases } from '../support/torch-training.js';
import { type BaseRow, parameterCount, trains } from './row.js';

/** Larger networks are not trained, which takes gigabytes and has the layers of smaller ones. */
const MOST_TRAINED = 1e8;

/** Every network of torchvision in its full size. */
export async function* torchRows(): AsyncGenerator<BaseRow> {
  for (const [name, golden] of Object.entries(architectureCases)) {
    const { net, outputs } = goldenNetwork(name);
    const { model } = await net.finish(name, outputs);
    yield {
      architecture: name,
      source: 'PyTorch weights',
      oracle: `torchvision ${torchvisionVersion}`,
      parameters: parameterCount(model),
      error: await differenceOf(model, golden),
      trains: (await asPyTorch(name)) ?? (parametersOf(golden) > MOST_TRAINED ? 'not tried' : await trains(model, goldenImages(golden))),
    };
  }
}

/** How closely steps follow PyTorch's, for the networks that it trained a narrow version of. */
async function asPyTorch(name: string): Promise<string | undefined> {
  const golden = trainingCases[name];
  return golden && `as PyTorch: ${(await lossDifferenceOf(name, golden)).toExponential(1)}`;
}

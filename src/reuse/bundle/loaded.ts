import { prepareModel } from '../../bases/surgery/index.js';
import { fail, RegraftError, sizeOf, type Tensor, toFloat32 } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Device, Program } from '../../engine/runtime/index.js';
import {
  type Collected,
  type Content,
  type Dataset,
  type Files,
  type ImageDecoder,
  type ItemBatch,
  type Items,
  type ModelInputs,
  SkipLog,
  subset,
  type TextContent,
  type TextTokenizer,
  type ViewsName,
} from '../../learning/data/index.js';
import { answersWithClasses, classPrediction, type Prediction, softmax } from '../../learning/tasks/index.js';
import { Evaluator } from '../../learning/training/index.js';
import { type Finish, type GenerateOptions, TextGenerator } from '../generation/index.js';
import type { BundleInfo } from './info.js';
import { type BundleInput, inputDataset, modelInput } from './inputs.js';
import { BATCH, type BundleReading, readingOf } from './reading.js';
import { segment } from './segment.js';
import { viewsOf } from './views.js';

/** Where a bundle runs and how it reads samples. */
export interface BundlePlatform {
  readonly device: Device;
  readonly decoder: ImageDecoder;
  readonly files: Files;
  /** Of a bundle that reads text. */
  readonly tokenizer?: TextTokenizer;
  /** Of a bundle whose task is measured within the graph. */
  readonly model?: Model;
}

export interface RunOptions {
  /** Counts what cannot be read; default: nothing may be unreadable. */
  readonly skips?: SkipLog;
  /** Called after each batch with the number of samples done. */
  readonly onProgress?: (done: number) => void;
  /** Views of each image whose answers are averaged; default: the image once. */
  readonly views?: ViewsName;
}

/** What the model says of a sample. */
export interface Answer {
  /** Position in the data set. */
  readonly index: number;
  readonly prediction: Prediction;
}

type ImageContent = Extract<Content, { readonly kind: 'image' }>;

/** Samples that are answered together: the windows of a long text may lie in different batches. */
const CHUNK = 8 * BATCH;

/** A bundle ready to predict: the model as it is in the file, for any number of samples at once. */
export class LoadedBundle {
  readonly info: BundleInfo;
  readonly #program: Program;
  readonly #platform: BundlePlatform;
  readonly #reading: BundleReading;
  #opened: Promise<TextGenerator> | undefined;

  /** @throws BUNDLE_BROKEN where a bundle for text has no tokenizer */
  constructor(info: BundleInfo, program: Program, platform: BundlePlatform) {
    this.info = info;
    this.#program = program;
    this.#platform = platform;
    this.#reading = readingOf(info, platform.tokenizer);
  }

  /**
   * What the model says of each input: a text, or two as `{ text, pair }`; an image file, by path or as bytes; or the tensors of one sample by input name.
   * @throws DATA_IMAGE_CORRUPT, DATA_NOT_FOUND, DATA_INPUT_MISSING, TASK_CONTENT, TEXT_EMPTY
   */
  async predict(inputs: readonly BundleInput[]): Promise<Prediction[]> {
    if (inputs.length === 0) return [];
    const dataset = inputDataset(inputs, this.#reading.task.content, this.#platform);
    const found: Prediction[] = [];
    try {
      for await (const answers of this.answers(dataset)) for (const { index, prediction } of answers) found[index] = prediction;
    } catch (error) {
      throw error instanceof RegraftError && error.code === 'DATA_TOO_MANY_SKIPPED' && error.cause instanceof Error ? error.cause : error;
    }
    return found;
  }

  /**
   * What the model says of the samples of a data set, in order, with some of them in memory at a time.
   * @throws TASK_CONTENT, DATA_INPUT_MISSING, DATA_TOO_MANY_SKIPPED, TTA_TASK
   */
  async *answers(dataset: Dataset, { skips = new SkipLog(dataset.size, 0), views }: RunOptions = {}): AsyncGenerator<readonly Answer[], void, void> {
    this.#check(dataset);
    const chunk = this.#reading.task.target === 'masks' ? 1 : CHUNK;
    for (let start = 0; start < dataset.size; start += chunk) {
      const size = Math.min(chunk, dataset.size - start);
      const indices = Array.from({ length: size }, (_, i) => start + i);
      yield await this.#answerChunk(subset(dataset, indices), start, { skips, ...(views && { views }) });
    }
  }

  /** Raw outputs for a labelled data set; probabilities come back as their logarithms, so that a softmax gives them again. */
  async collect(dataset: Dataset, { skips = new SkipLog(dataset.size, 0), onProgress = () => {}, views }: RunOptions = {}): Promise<Collected> {
    this.#check(dataset);
    const items = await this.#inputs(views).open(dataset, 'eval', skips);
    const collector = items.collector();
    let done = 0;
    for await (const { batch, output } of this.#platform.model ? this.#summarise(items, this.#platform.model) : this.#run(items)) {
      collector.add(batch, output);
      done += batch.size;
      onProgress(Math.round((done / items.size) * dataset.size));
    }
    const collected = await collector.finish();
    if (this.info.activation !== 'probabilities') return collected;
    return { ...collected, outputs: collected.outputs.map((value) => Math.log(Math.max(value, 1e-38))) };
  }

  /**
   * Writes on behind a prompt, piece by piece.
   * @throws BUNDLE_NO_GENERATION where the bundle does not write text, GENERATION_ errors
   */
  async *generate(prompt: string, options: GenerateOptions = {}): AsyncGenerator<string, Finish> {
    return yield* (await this.#writer()).generate(prompt, options);
  }

  /** Ends the worker that runs the model. */
  close(): Promise<void> {
    return this.#platform.device.close();
  }

  /** @throws TTA_TASK */
  #inputs(views: ViewsName | undefined): ModelInputs {
    return views === undefined ? this.#reading.inputs : viewsOf(this.#reading, this.info, views, this.#fixedBatch() ?? BATCH);
  }

  /** @throws TASK_CONTENT */
  #check({ kind, name }: Dataset): void {
    const { name: task, content } = this.#reading.task;
    if (kind !== content) fail('TASK_CONTENT', { task, expected: content, data: name, actual: kind });
  }

  async *#run(items: Items): AsyncGenerator<{ readonly batch: ItemBatch; readonly output: Tensor }> {
    const fixed = this.#fixedBatch();
    const request = { epoch: 0, shuffle: false, seed: 0, start: 0, batchSize: fixed ?? BATCH };
    for await (const batch of items.read(items.plan(request), request)) yield { batch, output: await this.#output(batch, fixed) };
  }

  /** What the task makes of outputs that are too large to leave the device. */
  async *#summarise(items: Items, model: Model): AsyncGenerator<{ readonly batch: ItemBatch; readonly output: Tensor }> {
    const batchSize = this.#fixedBatch() ?? BATCH;
    const evaluator = new Evaluator(this.#platform.device, model, this.#reading.task, batchSize);
    try {
      const request = { epoch: 0, shuffle: false, seed: 0, start: 0, batchSize };
      for await (const batch of items.read(items.plan(request), request)) yield { batch, output: await evaluator.run(batch) };
    } finally {
      await evaluator.release();
    }
  }

  async #answerChunk(dataset: Dataset, start: number, { skips, views }: Pick<RunOptions, 'views'> & { readonly skips: SkipLog }): Promise<Answer[]> {
    if (this.#reading.task.text?.unit === 'causal-language-model') return this.#writeOn(dataset, start);
    const inputs = this.#inputs(views);
    if (this.#reading.task.target === 'masks') return this.#segmentAll(dataset, start, skips);
    const items = await inputs.open(dataset, 'predict', skips);
    const collector = items.collector();
    for await (const { batch, output } of this.#run(items)) collector.add(batch, output);
    const answers: Answer[] = [];
    for (const [index, rows] of collector.rows()) answers.push({ index: start + index, prediction: await this.#prediction(dataset, index, rows) });
    return answers;
  }

  /** One image at a time: each is as many windows as it takes, and its mask is as large as itself. */
  async #segmentAll(dataset: Dataset, start: number, skips: SkipLog): Promise<Answer[]> {
    const answers: Answer[] = [];
    const run = (inputs: ItemBatch['inputs'], size: number): Promise<Tensor> => this.#output({ inputs, size }, this.#fixedBatch());
    for (let index = 0; index < dataset.size; index++) {
      try {
        const { image } = (await dataset.load(index)) as ImageContent;
        answers.push({ index: start + index, prediction: await segment(image, this.info, run) });
      } catch (error) {
        skips.add(dataset.sample(index), error);
      }
    }
    return answers;
  }

  async #writeOn(dataset: Dataset, start: number): Promise<Answer[]> {
    const writer = await this.#writer();
    const answers: Answer[] = [];
    for (let index = 0; index < dataset.size; index++) {
      const [completion] = await writer.generateBatch([((await dataset.load(index)) as TextContent).text]);
      answers.push({ index: start + index, prediction: { kind: 'text', text: completion?.text ?? '' } });
    }
    return answers;
  }

  #writer(): Promise<TextGenerator> {
    const { model, tokenizer, device } = this.#platform;
    if (model === undefined || tokenizer === undefined || this.#reading.task.text?.unit !== 'causal-language-model') {
      fail('BUNDLE_NO_GENERATION', { task: this.info.task });
    }
    const maxLength = this.info.text?.maxLength;
    this.#opened ??= TextGenerator.open(device, prepareModel(model), tokenizer, maxLength === undefined ? {} : { maxLength });
    return this.#opened;
  }

  async #prediction(dataset: Dataset, index: number, rows: readonly Float32Array[]): Promise<Prediction> {
    const { task, context } = this.#reading;
    if (!task.text?.interpret || !context) return this.#interpret(rows[0] as Float32Array);
    return task.text.interpret((await dataset.load(index)) as TextContent, rows, context);
  }

  /** What a row of the first output means to people: probabilities of the classes, or values. */
  #interpret(values: Float32Array): Prediction {
    const { activation, labels } = this.info;
    const { task } = this.#reading;
    if (!answersWithClasses(task)) return task.decode(values, labels);
    return classPrediction(activation === 'probabilities' ? values : softmax(values), labels);
  }

  async #output({ inputs: given, size }: Pick<ItemBatch, 'inputs' | 'size'>, fixed: number | undefined): Promise<Tensor> {
    const feeds = Object.fromEntries(this.info.inputs.map((input) => [input.name, modelInput(input, given)]));
    const results = await this.#program.run(feeds);
    const { name } = this.info.outputs[0] ?? fail('GRAPH_NO_VALUE', { name: 'output' });
    const { type, dims, data } = toFloat32(results[name] ?? fail('GRAPH_NO_VALUE', { name }));
    if (fixed === undefined) return { type, dims, data };
    const width = sizeOf(dims.slice(1));
    return { type, dims: dims.with(0, size), data: (data as Float32Array).slice(0, size * width) };
  }

  /** The batch size of a model that takes no other. */
  #fixedBatch(): number | undefined {
    const leading = this.info.inputs[0]?.dims[0];
    return typeof leading === 'number' ? leading : undefined;
  }
}

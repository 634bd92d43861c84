import { afterAll, describe, expect, it } from 'vitest';
import { type Completion, type GenerateOptions, type Model, openDevice, TextGenerator, type TextTokenizer } from '../../src/index.js';
import { builtModel, golden, numbers } from './support.js';

const device = openDevice({ threads: 1 });
afterAll(() => device.close());

const { prompts, written } = golden.models['gpt2'] as (typeof golden.models)[string];
const texts = prompts.map((prompt) => prompt.join(' '));
const first = written[0] as readonly number[];

async function use<T>(run: (generator: TextGenerator) => Promise<T>, tokenizer: TextTokenizer = numbers, model?: Model): Promise<T> {
  const generator = await TextGenerator.open(device, model ?? (await builtModel('gpt2')), tokenizer);
  try {
    return await run(generator);
  } finally {
    await generator.close();
  }
}

async function piecesOf(generator: TextGenerator, prompt: string, options: GenerateOptions): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of generator.generate(prompt, options)) pieces.push(piece);
  return pieces;
}

describe('a text', () => {
  it('comes in pieces, and ends with why it did', async () => {
    await use(async (generator) => {
      const text = generator.generate(texts[0] as string, { maxNewTokens: 3 });
      const found = [await text.next(), await text.next(), await text.next(), await text.next()];
      expect(found.map(({ value }) => value)).toEqual([...first.slice(0, 3).map((id) => `${id} `), 'length']);
    });
  });

  it('ends at the token of the tokenizer for an end, which is no part of it', async () => {
    const end = first[8] as number;
    const at = first.indexOf(end);
    const ending = { ...numbers, specialIds: { eos: end }, decode: (ids: readonly number[]) => numbers.decode(ids.filter((id) => id !== end)) };
    const [found] = await use((generator) => generator.generateBatch(texts.slice(0, 1)), ending);
    expect(found).toEqual({ ids: first.slice(0, at + 1), text: await numbers.decode(first.slice(0, at)), finish: 'end' });
  });

  it('ends before a text to stop at', async () => {
    const stop = `${first[8]} ${first[9]}`;
    const whole = await numbers.decode(first);
    const [found] = await use((generator) => generator.generateBatch(texts.slice(0, 1), { stop: [stop] }));
    expect([found?.text, found?.finish]).toEqual([whole.slice(0, whole.indexOf(stop)), 'stop']);
  });

  it('is longer than what is cached apart', async () => {
    const model = await builtModel('llama');
    const prompt = (golden.models['llama']?.prompts[1] ?? []).join(' ');
    const [whole] = await use((generator) => generator.generateBatch([prompt], { maxNewTokens: 100 }), numbers, model);
    const middle = [prompt, ...(whole?.ids.slice(0, 90) ?? [])].join(' ');
    const [rest] = await use((generator) => generator.generateBatch([middle], { maxNewTokens: 10 }), numbers, model);
    expect(rest?.ids).toEqual(whole?.ids.slice(90));
  });

  it('is as long as the tables of the model', async () => {
    const found = await use((generator) => generator.generateBatch(texts, { maxNewTokens: 1000 }));
    // GPT-2 of the golden file has 32 places.
    expect(found.map(({ ids }) => ids.length)).toEqual(prompts.map(({ length }) => 32 - length));
    expect(found.map(({ ids }) => ids.slice(0, first.length))).toEqual(written);
    const alone = await use((generator) =>
      Promise.all(texts.map(async (text) => (await generator.generateBatch([text], { maxNewTokens: 1000 }))[0])),
    );
    expect(found).toEqual(alone);
  });
});

describe('drawn tokens', () => {
  const drawn = (seed: number): Promise<Completion[]> =>
    use((generator) => generator.generateBatch([texts[0] as string, texts[0] as string], { seed, temperature: 2, maxNewTokens: 12 }));

  it('are the same for a seed, others for another, and differ among equal prompts', async () => {
    const [one, again, other] = [await drawn(1), await drawn(1), await drawn(2)];
    expect(again).toEqual(one);
    expect(other[0]?.ids).not.toEqual(one[0]?.ids);
    expect(one[1]?.ids).not.toEqual(one[0]?.ids);
  });
});

describe('several texts at a time', () => {
  it('do not disturb each other, nor does one that is left', async () => {
    await use(async (generator) => {
      const left = generator.generate(texts[2] as string);
      await left.next();
      await left.return('length');
      const found = await Promise.all(texts.map((text) => piecesOf(generator, text, { maxNewTokens: first.length })));
      expect(found.map((pieces) => pieces.join(''))).toEqual(await Promise.all(written.map((ids) => numbers.decode(ids))));
    });
  });
});

describe('several models on a device', () => {
  it('have a cache each', async () => {
    const names = ['gpt2', 'llama'];
    const generators = await Promise.all(names.map(async (name) => TextGenerator.open(device, await builtModel(name), numbers)));
    const found = await Promise.all(
      generators.map((generator, i) => {
        const prompt = golden.models[names[i] as string]?.prompts[0] ?? [];
        return generator.generateBatch([prompt.join(' ')], { maxNewTokens: first.length });
      }),
    );
    expect(found.map(([text]) => text?.ids)).toEqual(names.map((name) => golden.models[name]?.written[0]));
    await Promise.all(generators.map((generator) => generator.close()));
  });
});

describe('refusals', () => {
  it.each<[GenerateOptions, string]>([
    [{ maxNewTokens: 0 }, 'maxNewTokens'],
    [{ temperature: -1 }, 'temperature'],
    [{ topK: 0.5 }, 'topK'],
    [{ topP: 0 }, 'topP'],
    [{ repetitionPenalty: 0 }, 'repetitionPenalty'],
    [{ stop: [''] }, 'stop'],
  ])('of %j name the option', async (options, option) => {
    const refused = use((generator) => generator.generateBatch(texts, options));
    await expect(refused).rejects.toMatchObject({ code: 'GENERATION_OPTION', values: { option } });
  });

  it('of a prompt that leaves no place', async () => {
    const long = Array.from({ length: 32 }, () => 1).join(' ');
    const refused = use((generator) => generator.generateBatch([long]));
    await expect(refused).rejects.toMatchObject({ code: 'GENERATION_TOO_LONG', values: { tokens: 32, longest: 32 } });
  });

  it('of no prompt, where no token begins a text', async () => {
    await expect(use((generator) => generator.generateBatch(['']))).rejects.toMatchObject({ code: 'GENERATION_NO_PROMPT' });
    const beginning = { ...numbers, specialIds: { bos: (prompts[2] as readonly number[])[0] as number } };
    const [found] = await use((generator) => generator.generateBatch([''], { maxNewTokens: first.length }), beginning);
    expect(found?.ids).toEqual(written[2]);
  });
});

/** One row a place where models are; each is a scheme of addresses. */
export const sources = {
  keras: { title: 'Keras Applications', aliases: [] },
  torch: { title: 'torchvision', aliases: ['torchvision', 'pytorch'] },
  npm: { title: 'npm', aliases: [] },
  tfhub: { title: 'Kaggle Models', aliases: ['kaggle'] },
  hf: { title: 'Hugging Face', aliases: ['huggingface', 'hugging-face'] },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly aliases: readonly string[] }>>;

export type SourceName = keyof typeof sources;

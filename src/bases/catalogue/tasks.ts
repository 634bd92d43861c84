/** What a task is called elsewhere. */
interface TaskRow {
  /** Tasks of Hugging Face (`pipeline_tag`), the one that stands for all first. */
  readonly huggingFace: readonly string[];
  readonly aliases?: readonly string[];
}

/** One row a task. Source: the tasks of Hugging Face, joined where the same kind of head solves them. */
const tasks: Readonly<Record<string, TaskRow>> = {
  'image-classification': { huggingFace: ['image-classification'] },
  'image-regression': { huggingFace: [] },
  'image-embedding': { huggingFace: ['image-feature-extraction'], aliases: ['feature-vector', 'image-feature-vector'] },
  'image-generation': { huggingFace: ['text-to-image', 'image-to-image', 'unconditional-image-generation'] },
  'object-detection': { huggingFace: ['object-detection'], aliases: ['detection', 'image-object-detection'] },
  segmentation: { huggingFace: ['image-segmentation', 'mask-generation'], aliases: ['semantic-segmentation', 'matting'] },
  pose: { huggingFace: ['keypoint-detection'], aliases: ['pose-estimation', 'pose-detection', 'keypoints', 'landmarks'] },
  'depth-estimation': { huggingFace: ['depth-estimation'] },
  'text-recognition': { huggingFace: ['image-to-text'], aliases: ['ocr'] },
  'text-classification': { huggingFace: ['text-classification', 'zero-shot-classification'], aliases: ['sentiment-analysis'] },
  'text-embedding': { huggingFace: ['sentence-similarity', 'feature-extraction'], aliases: ['sentence-embedding'] },
  'text-generation': { huggingFace: ['text-generation'], aliases: ['language-model'] },
  'token-classification': { huggingFace: ['token-classification'], aliases: ['named-entity-recognition', 'ner'] },
  'fill-mask': { huggingFace: ['fill-mask'] },
  'question-answering': { huggingFace: ['question-answering'] },
  translation: { huggingFace: ['translation'] },
  summarization: { huggingFace: ['summarization'] },
  'audio-classification': { huggingFace: ['audio-classification', 'voice-activity-detection'], aliases: ['audio-event-classification'] },
  'audio-embedding': { huggingFace: [] },
  'audio-transcription': { huggingFace: [] },
  'speech-recognition': { huggingFace: ['automatic-speech-recognition'] },
  'time-series-forecasting': { huggingFace: ['time-series-forecasting'] },
};

/** Every name a task can be asked for by: its own, its first word, what others call it. */
export const taskWords: readonly string[] = [...new Set(Object.entries(tasks).flatMap(([name, row]) => [name, ...familyOf(name), ...othersOf(row)]))];

/** Names of tasks, for messages. */
export const taskNames: readonly string[] = Object.keys(tasks);

/** The tasks that a word means: `audio` means three. Empty for a word that is none of `taskWords`. */
export function tasksOf(word: string): readonly string[] {
  const wanted = slug(word);
  return Object.entries(tasks).flatMap(([name, row]) => ([name, ...familyOf(name), ...othersOf(row)].includes(wanted) ? [name] : []));
}

/** The task that a hub means, or the hub's own word where the table has none. */
export function taskOf(word: string): string {
  const [task] = Object.entries(tasks).find(([name, row]) => name === slug(word) || othersOf(row).includes(slug(word))) ?? [];
  return task ?? word;
}

/** What Hugging Face calls the task, where it has one name for it. */
export function huggingFaceTask(names: readonly string[]): string | undefined {
  const all = names.flatMap((name) => tasks[name]?.huggingFace ?? []);
  return all.length === 1 ? all[0] : undefined;
}

function othersOf({ huggingFace, aliases = [] }: TaskRow): readonly string[] {
  return [...huggingFace, ...aliases];
}

/** `image` of `image-classification`, where several tasks begin with it. */
function familyOf(name: string): readonly string[] {
  const [first = '', ...rest] = name.split('-');
  return rest.length > 0 && ['image', 'text', 'audio'].includes(first) ? [first] : [];
}

function slug(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}

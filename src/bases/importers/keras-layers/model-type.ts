import type { Json } from '../json.js';

/** Whether the `class_name` of a description is that of a model, made of layers. */
export function isModelType(type: Json | undefined): type is string {
  return type === 'Sequential' || type === 'Model' || type === 'Functional' || type === 'Container';
}

interface ErrorRow {
  /** What happened; `{key}` is replaced by the value of that name. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Every error Regraft raises on purpose. One row adds one; docs/errors.md is generated from this table. */
export const errorTable = {
  TENSOR_SIZE: {
    message: 'A tensor of shape [{dims}] needs {expected} elements but was given {actual}.',
    remedy: 'Check the shape, or the file the data came from: it may be truncated.',
  },
  TENSOR_OPAQUE: {
    message: 'Tensor "{name}" has an element type Regraft cannot compute with.',
    remedy: 'Export the model with float32, float16, float64 or integer weights.',
  },
  ATTRIBUTE_KIND: {
    message: 'Attribute "{attribute}" of {op} node "{node}" is of kind {actual}, but {op} takes {expected}.',
    remedy: 'The model does not follow the ONNX specification; export it again with a current exporter.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

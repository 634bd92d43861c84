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
  DATA_NOT_FOUND: {
    message: 'There is no file or folder "{path}".',
    remedy: 'Check the spelling. Paths in a spec, a CSV or a JSONL file resolve against the folder of that file.',
  },
  DATA_UNREADABLE: {
    message: 'Cannot read "{file}": {reason}.',
    remedy: 'Check the permissions of the file and that it is complete.',
  },
  DATA_WRITE_FAILED: {
    message: 'Cannot write "{file}": {reason}. Nothing was left under that name.',
    remedy: 'Free some space or choose another place, then run again.',
  },
  DATA_FORMAT_UNKNOWN: {
    message: '"{path}" is not a kind of data Regraft reads. It reads {supported}.',
    remedy: 'Convert the data to one of these kinds, or name the kind with `format`.',
  },
  DATA_FORMAT_BROKEN: {
    message: '"{file}" is not valid {format}: {reason}.',
    remedy: 'The file is damaged, incomplete or of another kind; write or download it again.',
  },
  DATA_ROW_INVALID: {
    message: '"{file}", line {line}: {reason}.',
    remedy: 'Correct this line of the file.',
  },
  DATA_COLUMN_MISSING: {
    message: '"{file}" has no column "{column}".{hint} Its columns are {available}.',
    remedy: 'Name the right column in `columns`, e.g. `columns: { image: file, label: category }`.',
  },
  DATA_COLUMN_TWICE: {
    message: '"{file}" has two columns named "{column}".',
    remedy: 'Rename one of them, so that it is clear which one is meant.',
  },
  DATA_COLUMN_REQUIRED: {
    message: 'The column mapping of "{file}" does not say which column is the {role}. Its columns are {available}.',
    remedy: 'Name it in `columns`, e.g. `columns: { image: file, label: category }`.',
  },
  DATA_SPAN_INVALID: {
    message: '"{file}", {place}: the span {span} {reason}.',
    remedy: 'Correct its start and end, counted in Unicode code points from 0, the end being behind the last one; spans are of whole words.',
  },
  DATA_ANSWER_MISPLACED: {
    message: '"{file}", {place}: the answer "{answer}" does not stand at {start} of its context.',
    remedy: 'Correct `answer_start`, which counts Unicode code points from 0, as SQuAD does.',
  },
  DATA_EMPTY: {
    message: '"{path}" holds no samples.',
    remedy: 'Point `data` at a folder with one sub-folder of images or texts per class, or at a file with at least one row.',
  },
  DATA_NO_CLASSES: {
    message: 'The folder "{path}" has no sub-folders, so there are no classes.',
    remedy: 'Put the images or texts of each class in a folder named after the class, or list them in a CSV with a label column.',
  },
  DATA_SPLIT_FOLDERS: {
    message: 'The sub-folders of "{path}" ({folders}) look like splits, not like classes.',
    remedy: 'Name each split by itself, e.g. `data: { train: {path}/train, validation: {path}/val }`.',
  },
  DATA_CLASS_EMPTY: {
    message: 'The class folder "{label}" of "{path}" holds no {kind}. {found}',
    remedy: 'Add images (JPEG, PNG, WebP, GIF or AVIF) or texts (.txt), or remove the folder.',
  },
  DATA_IMAGE_CORRUPT: {
    message: '"{file}" cannot be decoded as an image: {reason}.',
    remedy: 'Replace or remove the file.',
  },
  DATA_IMAGE_TOO_LARGE: {
    message: 'The image "{file}" has more than {limit} pixels.',
    remedy: 'Scale the image down, or raise `maxPixels`.',
  },
  DATA_MASK_FOLDER: {
    message: 'There are no masks for the images of "{path}".',
    remedy:
      'Put images and masks of the same names into two folders `images` and `masks` and name the folder that holds both, or name the masks with `data.masks.path`.',
  },
  DATA_MASK_NONE: {
    message: 'No image of "{images}" has a mask in "{masks}": the first image is "{image}", the first mask "{mask}".',
    remedy: 'Give each mask the name of its image, whatever the extension, or that name with "_mask" behind it.',
  },
  DATA_MASK_NAMES: {
    message: 'The classes of the masks of "{data}" are not clear: {reason}.',
    remedy: 'Correct `data.labels`, which names the classes in the order of their values, or `data.masks.colours`.',
  },
  DATA_MASK_SIZE: {
    message: 'The mask of "{file}" has {mask} pixels, the image {image}.',
    remedy: 'Draw the mask on the image as it is shown, turned as its EXIF data say, and save it in that size.',
  },
  DATA_MASK_VALUE: {
    message: 'The mask "{file}" holds {found}, which is none of its {classes} classes ({known}).',
    remedy: 'Name all classes with `data.labels` or `data.masks.colours`, or list what is no class in `data.masks.ignore`.',
  },
  DATA_MASK_COLOURS: {
    message: 'The mask "{file}" holds colours: {found}.',
    remedy: 'Say which colour is which class: `data: { masks: { colours: { road: [128, 64, 128], sky: [70, 130, 180] } } }`.',
  },
  DATA_MASK_EMPTY: {
    message: 'The mask of "{file}" has no pixel of a class.',
    remedy: 'Leave the image out, or check `data.masks.ignore`: 255 is no class unless this list says otherwise.',
  },
  DATA_MASK_MISSING: {
    message: 'The image "{file}" has no mask: {reason}.',
    remedy: 'Give it one, or leave the image out.',
  },
  DATA_MASK_BROKEN: {
    message: 'The mask of "{file}" cannot be drawn: {reason}.',
    remedy: 'Correct the annotation. Polygons are lists of x and y in pixels; runs cover height times width pixels, column by column.',
  },
  DATA_MASK_LOSSY: {
    message: 'The mask "{file}" is {format}, which changes the numbers that say which class a pixel is.',
    remedy: 'Save masks as PNG. Where they are black and white, `data: { masks: { kind: binary } }` reads dark and bright alone.',
  },
  DATA_TOO_MANY_SKIPPED: {
    message: '{skipped} of {total} samples cannot be read, more than the {limit} allowed. Among them: {files}. The first: {reason}',
    remedy: 'Check that the data was copied completely; remove what is broken or raise `maxSkippedShare`.',
  },
  DATA_LABELS_SHAPE: {
    message: 'The labels of "{file}" are {type} of shape [{dims}], which is neither classes nor regression targets.',
    remedy: 'Store integer labels of shape [N] for classes, or floating-point labels of shape [N] or [N, K] for regression.',
  },
  DATA_LABEL_INVALID: {
    message: 'Row {row} of "{file}" has the label {value}, which is not a class number.',
    remedy: 'Classes are whole numbers from 0, at most 131071; a floating-point type means regression.',
  },
  DATA_ROWS_MISMATCH: {
    message: 'Tensor "{tensor}" of "{file}" has {rows} rows where {expected} were expected.',
    remedy: 'Every tensor of a data file needs one row a sample, along its first dimension.',
  },
  DATA_LABEL_UNKNOWN: {
    message: '"{data}" has the class "{label}", which is not among the classes {known}.{hint}',
    remedy: 'Rename the class so that all splits use the same names, or add examples of it to the training data.',
  },
  DATA_LABEL_MISSING: {
    message: 'The {split} split has no sample of the class "{label}".',
    remedy: 'Add samples of this class, or make the {split} split larger.',
  },
  DATA_CLASS_TOO_SMALL: {
    message: 'The class "{label}" has {count} samples, but the split needs {needed}.',
    remedy: 'Add samples of this class, merge it with another, or ask for fewer samples a split.',
  },
  DATA_SPLIT_TOO_LARGE: {
    message: 'The split asks for {wanted} samples, but there are {available}.',
    remedy: 'Ask for fewer samples; one split may take `rest`.',
  },
  DATA_SPLIT_INVALID: {
    message: 'The split "{split}" cannot be made: {reason}.',
    remedy: 'Use a share between 0 and 1, a whole number of samples, a number per class, or `rest` for at most one split.',
  },
  DATA_TARGETS_DIFFER: {
    message: '"{data}" has {actual}, but the training data has {expected}.',
    remedy: 'Use data with the same kind of labels in every split.',
  },
  DATA_TRANSFORM_INVALID: {
    message: 'Transform {position} is not valid: {reason}.',
    remedy: 'See the table of transforms in the docs.',
  },
  DATA_TRANSFORM_ORDER: {
    message: 'The transforms must end with exactly one "to-tensor", but {reason}.',
    remedy: 'Put one `to-tensor` step at the end of the list.',
  },
  TEXT_EMPTY: {
    message: '{what} is empty.',
    remedy: 'Write something there, or remove the sample.',
  },
  TEXT_LENGTH: {
    message: 'text.maxLength is {asked}, but the base takes texts of {limit} tokens at most.',
    remedy: 'Lower it, or leave it out.',
  },
  TEXT_TAPS: {
    message: 'taps is {taps}, but a head on text reads one value of the base.',
    remedy: 'Name one value [N, T, C] in `taps`, as `regraft inspect` lists them, or leave it out.',
  },
  TEXT_NO_NEGATIVE: {
    message: 'There is no negative, a text unlike the first.',
    remedy: 'Name its column with `data.columns.negative`, or train with `training.loss: multiple-negatives-ranking`, which needs none.',
  },
  TEXT_NO_PAIR: {
    message: 'There is no second text.',
    remedy: 'Name its column with `data.columns.pair`, or choose a task that reads one text.',
  },
  TEXT_PAIR_CLASS: {
    message: 'The sample has two texts and a class; which of them it is the class of is not said.',
    remedy: 'For classes, name one column of text with `data.columns.text`; for two texts, leave the class out or give a score.',
  },
  TEXT_QUESTION: {
    message: 'The question has {tokens} of at most {limit} tokens, which leaves no room for a window of the context.',
    remedy: 'Shorten the question, raise `text.maxLength` or lower `text.stride`.',
  },
  TEXT_SCORE: {
    message: 'The score {score} is no cosine: it is not from -1 to 1.',
    remedy: 'Divide the scores by the highest there can be.',
  },
  TEXT_TAGS: {
    message: '{what} has {tags} tags for {words} words.',
    remedy: 'Give each word one tag; words without a name of their own are usually tagged "O".',
  },
  TOKENIZER_NO_MASK: {
    message: 'The tokenizer has no token that stands for a masked word.',
    remedy: 'Choose a base that was trained on masked words, such as BERT, or the task causal-language-modelling.',
  },
  TOKENIZER_NO_OFFSETS: {
    message: 'The tokenizer does not say where its tokens stand in the text, which {task} needs.',
    remedy: 'Run this in Node; in browsers, tokenizers have no offsets.',
  },
  TEXT_TOO_LONG: {
    message: 'The text has {tokens} tokens; the limit is {limit}.',
    remedy: 'Shorten it, raise `text.maxLength`, or let texts be cut with `text.overflow: cut`.',
  },
  TEXT_UNKNOWN: {
    message: 'The tokenizer knows nothing of the text "{text}".',
    remedy: 'Choose a base whose vocabulary has the language of the data.',
  },
  ADAPTER_NOT_FOUND: {
    message: '"{path}" is no adapter: it has no {file}.',
    remedy: 'Name a folder with adapter_config.json and adapter_model.safetensors, as PEFT and `regraft train` write it.',
  },
  BASE_NOT_TEXT: {
    message: 'The base takes [{inputs}], which are not the inputs of a text model.',
    remedy: 'Choose a base that reads token ids [N, T], such as a Hugging Face text model, or another task.',
  },
  BASE_NO_TOKENIZER: {
    message: 'The base "{uri}" has no tokenizer.',
    remedy: 'Put its tokenizer.json (or vocab.txt, or vocab.json and merges.txt, or the SentencePiece model) beside the model.',
  },
  DATA_TRANSFORM_TENSORS: {
    message: '"{data}" holds tensors, to which image transforms do not apply.',
    remedy: 'Remove the transforms, or prepare the tensors beforehand.',
  },
  DATA_SHAPE_DIFFERS: {
    message: 'The sample "{file}" has shape [{actual}] for "{input}", but the others of its batch have [{expected}].',
    remedy: 'Resize or crop to one fixed size, e.g. `{ name: resize, size: [224, 224] }`.',
  },
  RUNTIME_COMPILE: {
    message: 'ONNX Runtime refused the graph: {reason}',
    remedy: 'Run `regraft doctor`; if it passes, this model uses something ONNX Runtime does not support.',
  },
  RUNTIME_RUN: {
    message: 'ONNX Runtime failed while running the graph: {reason}',
    remedy: 'Check that the data has the shapes and ranges the model expects, such as token ids within the vocabulary.',
  },
  RUNTIME_RELEASED: {
    message: 'Program {program} has been released.',
    remedy: 'Compile it again before running it.',
  },
  RUNTIME_NOT_RESIDENT: {
    message: 'No tensor named "{name}" is on the device.',
    remedy: 'Put it there before running a program that reads it.',
  },
  RUNTIME_WASM: {
    message: 'ONNX Runtime could not be started: {reason}',
    remedy: "Serve the files of onnxruntime-web's dist folder and tell openDevice where: openDevice({ wasm: '/ort/' }).",
  },
  RUNTIME_WORKER_GONE: {
    message: 'The worker that runs the model has ended: {reason}.',
    remedy: 'Where it ran out of memory, try a smaller batch size.',
  },
  GRAPH_UNKNOWN_OP: {
    message: 'Node "{node}" is a {op} of the domain "{domain}", which is no standard ONNX operator.',
    remedy:
      'Export the model with standard operators only, or inline the function that defines this one; `regraft inspect` names all such operators of a model.',
  },
  GRAPH_NO_VALUE: {
    message: 'The graph has no value "{name}".',
    remedy: 'Check the spelling, or that the node which computes it comes first.',
  },
  GRAPH_MISSING_INPUT: {
    message: '{op} node "{node}" has no input {index}, which {op} needs.',
    remedy: 'The model does not follow the ONNX specification; export it again with a current exporter.',
  },
  GRAPH_MISSING_OUTPUT: {
    message: '{op} node "{node}" has no output {index}, which its gradient needs.',
    remedy: 'Export the model so that the node keeps this output.',
  },
  AUTODIFF_LOSS: {
    message: 'Cannot differentiate "{name}": a loss is a floating-point scalar, but this is {type} of shape [{dims}].',
    remedy: 'Reduce it to one number first, for example by its mean.',
  },
  AUTODIFF_NOT_FLOAT: {
    message: 'Cannot differentiate by "{name}": its type is {type}.',
    remedy: 'Only floating-point values have a gradient; leave this one out.',
  },
  AUTODIFF_NO_RULE: {
    message: 'There is no gradient rule for {op} (node "{node}"), which lies between the loss and {parameters}.',
    remedy: 'Freeze these parameters, cut the model behind this node, or add a rule in src/engine/autodiff/rules.',
  },
  AUTODIFF_UNSUPPORTED: {
    message: 'The gradient of {op} (node "{node}") is not available where {reason}.',
    remedy: 'Freeze the parameters below this node, or export the model without this option.',
  },
  GRAPH_NO_TYPE: {
    message: '{op} node "{node}" has an output "{value}" that {op} does not have.',
    remedy: 'The model does not follow the ONNX specification; export it again with a current exporter.',
  },
  SHAPE_MISMATCH: {
    message: 'The shapes {shapes} do not fit together in {op} node "{node}".',
    remedy: 'Check the dimensions given for the graph inputs; if they are right, the model is inconsistent.',
  },
  SHAPE_AXIS: {
    message: '{op} node "{node}" names axis {axis}, but its input has {rank} dimensions.',
    remedy: 'Check the dimensions given for the graph inputs; if they are right, the model is inconsistent.',
  },
  SHAPE_TYPES: {
    message: '{op} node "{node}" takes inputs of one element type but was given {types}.',
    remedy: 'Add a Cast, or export the model again with one floating-point type.',
  },
  SHAPE_ELEMENT_TYPE: {
    message: '{op} node "{node}" makes elements of ONNX type number {number}, which Regraft does not compute with.',
    remedy: 'Export the model with float32, float16, float64 or integer elements.',
  },
  SHAPE_INVALID: {
    message: '{op} node "{node}" has no valid output shape: {reason}.',
    remedy: 'Check the dimensions given for the graph inputs; if they are right, the model is inconsistent.',
  },
  SHAPE_NOT_STATIC: {
    message: 'The output shape of {op} node "{node}" depends on the value of "{input}", which is only known when the model runs.',
    remedy: 'Export the model without data-dependent shapes, or cut the graph before this node.',
  },
  SHAPE_DYNAMIC: {
    message: 'The output type of {op} node "{node}" cannot be known before the model runs.',
    remedy: 'Export the model without sequences, strings and loops, or cut the graph before this node.',
  },
  GRAPH_UPGRADE: {
    message: '{op} node "{node}" of opset {opset} cannot be brought to opset 21: {reason}.',
    remedy: 'Export the model again with opset 13 or later.',
  },
  GRAPH_FUNCTION_CYCLE: {
    message: 'The function "{name}" of domain "{domain}" calls itself.',
    remedy: 'ONNX functions must not be recursive; export the model again.',
  },
  GRAPH_FUNCTION_SIZE: {
    message: 'Inlining the functions of the model gives more than {limit} nodes.',
    remedy: 'The model is damaged or made to exhaust memory; use a copy from its source.',
  },
  ONNX_NOT_A_MODEL: {
    message: '"{file}" is not an ONNX model: {reason}.',
    remedy: 'Give the path of an .onnx file, or name the format the file is really in.',
  },
  ONNX_TRUNCATED: {
    message: '"{file}" ends in the middle of the model, after {bytes} bytes.',
    remedy: 'Download or export the model again; the file is incomplete.',
  },
  ONNX_NO_OPSET: {
    message: '"{file}" does not say which operator set it uses.',
    remedy: 'The file may be incomplete, or from before ONNX 1.0: export the model again.',
  },
  ONNX_BAD_TENSOR: {
    message: 'Tensor "{tensor}" of "{file}" is damaged: {reason}.',
    remedy: 'Download or export the model again.',
  },
  ONNX_EXTERNAL_DATA: {
    message: 'Tensor "{tensor}" of "{file}" is kept in the file "{location}", {reason}.',
    remedy: 'Keep the data files of a model in its folder, under the names they were exported with.',
  },
  ONNX_DUPLICATE_NAME: {
    message: '"{file}" defines the value "{name}" twice; the second time by {node}.',
    remedy: 'The model does not follow the ONNX specification; export it again.',
  },
  ONNX_UNDEFINED_VALUE: {
    message: 'Node "{node}" ({op}) of "{file}" takes the value "{input}", which nothing defines.',
    remedy: 'The model does not follow the ONNX specification; export it again.',
  },
  ONNX_UNDEFINED_OUTPUT: {
    message: 'The output "{output}" of graph "{graph}" in "{file}" is not defined by anything.',
    remedy: 'The model does not follow the ONNX specification; export it again.',
  },
  ONNX_CYCLE: {
    message: 'The graph of "{file}" has a cycle: {nodes}.',
    remedy: 'An ONNX graph must be free of cycles; export the model again.',
  },
  ONNX_TOO_LARGE: {
    message: 'The model takes {bytes} bytes; one ONNX file holds at most 2 GiB.',
    remedy: 'Write the weights as external data: `saveModelFile` does so by itself, `writeModelParts` returns both parts.',
  },
  ONNX_FILE: {
    message: 'Cannot read or write "{file}": {reason}.',
    remedy: 'Check the path, the permissions and the free space.',
  },
  FREEZE_NO_MATCH: {
    message: 'freeze names "{name}", but no parameter of the model belongs to it.{hint}',
    remedy: 'Run `regraft inspect MODEL` for the parameter names, such as "{example}".',
  },
  REGEX_INVALID: {
    message: '"{pattern}" is not a regular expression: {reason}',
    remedy: 'Write it as JavaScript does, for example "^layer4\\.".',
  },
  ADAPTER_PRESENT: {
    message: 'The model has an adapter of the method {method} already.',
    remedy: 'Merge it into the weights with mergeAdapter, or take it out with removeAdapter, before you add another.',
  },
  ADAPTER_ABSENT: {
    message: 'The model has no adapter.',
    remedy: 'Add one with addAdapter, or train with a recipe such as lora.',
  },
  ADAPTER_NO_TARGET: {
    message: 'The targets "{targets}" name no layer that the adapter can change.',
    remedy: 'Did you mean "{near}"? Name layers by the last parts of their names, as in targets: [query, value], or use targets: all-linear.',
  },
  ADAPTER_NO_BLOCKS: {
    message: 'The model has no residual sums of linear layers, as transformers have, behind which an adapter could stand.',
    remedy: 'Use another method, such as lora with targets: auto.',
  },
  ADAPTER_NO_TOKENS: {
    message: 'Prompt tuning needs an input of token numbers [N, T] that an embedding is looked up by; the inputs are {inputs}.',
    remedy: 'Use another method, such as lora, which works for images too.',
  },
  ADAPTER_FIXED_LENGTH: {
    message: 'Prompt tuning makes texts longer, but a number of tokens is built into the model: {reason}',
    remedy: 'Import the model from Hugging Face, export it with a dynamic sequence length, or use another method, such as lora.',
  },
  ADAPTER_NOT_MERGEABLE: {
    message: 'An adapter of the method {method} cannot be folded into the weights: it is no change of weights.',
    remedy: 'Export the model with its adapter; it runs as it is.',
  },
  ADAPTER_TENSOR: {
    message: 'The adapter has the tensor "{tensor}" of shape [{found}] where the model needs [{expected}].',
    remedy: 'Use an adapter that was trained on this base, with the same method and options.',
  },
  ADAPTER_FORMAT: {
    message: 'The adapter cannot be read: {reason}.',
    remedy: 'Give adapter_config.json and adapter_model.safetensors as PEFT or Regraft wrote them.',
  },
  LAYERS_NONE: {
    message: 'The model has no layers with weights to choose the last ones of.',
    remedy: 'Use another recipe, such as full.',
  },
  HEAD_NOT_FOUND: {
    message: 'The output "{output}" does not come from a linear or convolution layer, so the head cannot be found by itself.',
    remedy: 'Name the layer before the head: `taps: [VALUE]`. `regraft inspect MODEL` lists the values.',
  },
  CACHE_NOT_FOUND: {
    message: 'No cache of keys and values can be put into this model: {reason}.',
    remedy: 'Text is generated without one, by computing all tokens anew for each; export the model without fused attention to have one.',
  },
  GENERATION_OPTION: {
    message: 'The option `{option}` is {value}, which is not {range}.',
    remedy: 'Give {range}, or leave the option out.',
  },
  GENERATION_NO_PROMPT: {
    message: 'The prompt has no tokens, and the tokenizer names no token that begins or ends a text.',
    remedy: 'Give a prompt.',
  },
  GENERATION_TOO_LONG: {
    message: 'The prompt has {tokens} tokens; the model takes {longest}, of which one at least must be left for what it writes.',
    remedy: 'Shorten the prompt.',
  },
  TAP_UNKNOWN: {
    message: 'taps names "{tap}", which is not a value of the model.',
    remedy: 'Did you mean "{near}"? `regraft inspect MODEL` lists the values.',
  },
  TAP_RANK: {
    message: 'Tap "{tap}" has shape [{dims}]; a feature needs a batch axis and at least one more.',
    remedy: 'Choose a value of shape [N, C], [N, T, C] or [N, C, H, W].',
  },
  BATCH_BAKED: {
    message: 'The batch size {batch} is built into {op} node "{node}": {reason}.',
    remedy: 'Export the model with a dynamic batch dimension (torch.onnx.export: dynamic_axes or dynamic_shapes).',
  },
  BATCH_INPUTS: {
    message: 'Input "{input}" of shape [{dims}] does not begin with the batch size {batch} of the other inputs.',
    remedy: 'Export the model with a dynamic batch dimension (torch.onnx.export: dynamic_axes or dynamic_shapes).',
  },
  BATCH_OUTPUT: {
    message: 'With a batch of {size} instead of {batch}, the output "{output}" has the shape [{dims}], which does not follow the batch.',
    remedy: 'Export the model with a dynamic batch dimension (torch.onnx.export: dynamic_axes or dynamic_shapes).',
  },
  BATCH_FIXED: {
    message: 'The base takes batches of exactly {batch} samples, not of {asked}. {reason}',
    remedy:
      'Set training.batchSize to {batch}, or export the base with a dynamic batch dimension (torch.onnx.export: dynamic_axes or dynamic_shapes).',
  },
  LOSS_SHAPE: {
    message: 'The {loss} loss compares an output of shape [{output}] with a target of shape [{target}].',
    remedy: 'Give as many target values a sample as the model has outputs.',
  },
  LOSS_TASK: {
    message: 'The {loss} loss does not fit the task {task} with this data.',
    remedy: 'Leave `training.loss` out, or choose one of: {known}.',
  },
  LOSS_WEIGHTS: {
    message: 'The loss has {weights} weights for {names} classes.',
    remedy: 'Give one number for each of: {known}.',
  },
  PROGRESSIVE_SIZE: {
    message: 'training.progressive: the base cannot be trained on images of {size} pixels. {reason}',
    remedy:
      'Choose a base without a fixed grid of places (a convolutional one that ends in global pooling), another size, or leave training.progressive out.',
  },
  TTA_TASK: {
    message: 'Test-time augmentation ({views}) averages answers to views of an image; {task} has none that can be averaged.',
    remedy: 'Leave --tta out.',
  },
  MIX_TASK: {
    message: 'training.mix: {mix} mixes the classes of samples, which {task} does not have.',
    remedy: 'Leave training.mix out; it is for images and tensors with one class or several.',
  },
  MIX_LOSS: {
    message: 'training.mix: {mix} asks for shares of classes, which the {loss} loss cannot be compared with.',
    remedy: 'Use one of the losses {known}, or leave training.mix out.',
  },
  MIX_INPUT: {
    message: 'training.mix: {mix} cannot be applied: {reason}.',
    remedy: 'Use mixup for features and tensors of float32, or train all layers (recipe: full, fine-tune), so that images are mixed.',
  },
  SAMPLER_CLASSES: {
    message: 'training.sampler: {sampler} draws images or tensors by their class; the task {task} has {content} with {target} as labels.',
    remedy: 'Leave training.sampler out; to count rare classes for more, set the weights of the loss (cross-entropy: classWeights, bce: posWeights).',
  },
  RECIPE_CLASSES: {
    message: 'The recipe {recipe} compares samples of one class, but the data has {actual} as labels.',
    remedy: 'Choose another recipe, or data with one class a sample.',
  },
  REGULARISE_RECIPE: {
    message: 'training.{technique} has nothing to act on with the recipe {recipe}, which {reason}.',
    remedy: 'Leave training.{technique} out, or choose another recipe, such as fine-tune.',
  },
  REGULARISE_TASK: {
    message: 'training.{technique} needs {needed}; the task {task} is of another kind.',
    remedy: 'Leave training.{technique} out.',
  },
  REGULARISE_TOGETHER: {
    message: '{technique} and {other} cannot be used together: {reason}.',
    remedy: 'Leave one of the two out.',
  },
  REGULARISE_OLD_HEAD: {
    message: 'training.regularise.oldHead needs the old head of the base: {reason}.',
    remedy: 'Leave it out, or hold the features in its place: training.regularise.features.',
  },
  DISTIL_CLASSES: {
    message: 'The teacher "{from}" does not know the same classes as your data: {difference}.',
    remedy: 'Train the teacher on the same classes, or rename the classes of one of them.',
  },
  DISTIL_WIDTH: {
    message: 'The teacher "{from}" gives an output of shape [{output}] where [N, {classes}] is needed, a number for each class.',
    remedy: 'Choose a model that classifies, such as a bundle that was trained for the same task.',
  },
  BATCH_NORM_NONE: {
    message: 'The base has no BatchNormalization whose statistics could be estimated on your data.',
    remedy: 'Leave training.batchNorm out. Exporters often fold BatchNormalization into convolutions: export the base without that to adapt it.',
  },
  BATCH_NORM_FEW: {
    message: 'None of the batches of {rows} that the {samples} samples fall into is full, so no statistics can be estimated.',
    remedy: 'Set a smaller training.batchSize, or training.batchNorm to eval.',
  },
  HUB_URI_INVALID: {
    message: '"{uri}" is not a model URI of the form {form}.',
    remedy: 'Write it as {form}, e.g. npm:nsfwjs@4.3.0/dist/models/mobilenet_v2 or ./model.onnx.',
  },
  HUB_SCHEME_UNKNOWN: {
    message: '"{uri}" begins with the unknown scheme "{scheme}:".{hint}',
    remedy: 'Use one of {forms}. A path that contains a colon begins with ./',
  },
  HUB_SCHEME_UNSUPPORTED: {
    message: '"{uri}" cannot be fetched: "{scheme}:" addresses are not supported yet. Supported now: {supported}.',
    remedy: 'Download the model yourself and give its path, or choose a base from a supported source.',
  },
  HUB_PATH_MISSING: {
    message: 'There is no file or folder "{path}".',
    remedy: 'Check the spelling. A relative path resolves against the file it stands in, or the working directory on the command line.',
  },
  HUB_FILE_MISSING: {
    message: 'There is no file "{path}" in {uri}.',
    remedy: 'Check that the model was copied completely, with all of its weight files.',
  },
  HUB_PATH_NOT_IN_PACKAGE: {
    message: 'The package {spec} has no file or folder "{path}".',
    remedy: 'Check the path after the package name; it is relative to the root of the package.',
  },
  HUB_PACKAGE_MISSING: {
    message: 'npm knows no package {spec}.',
    remedy: 'Check the name and the version, and that your npm configuration names the registry that holds it.',
  },
  HUB_NPM_MISSING: {
    message: 'The program npm was not found.',
    remedy: 'Install npm (it comes with Node) or install the package yourself, so that it is found in node_modules.',
  },
  HUB_NPM_FAILED: {
    message: 'npm could not fetch {spec}: {reason}.',
    remedy: 'Run `npm pack {spec}` yourself to see the whole message; Regraft uses your own npm configuration.',
  },
  HUB_NETWORK: {
    message: '{uri} could not be fetched in {attempts} tries: {reason}',
    remedy: 'Check the network and the proxy (HTTPS_PROXY, or the settings of npm), then run again: a download goes on where it stopped.',
  },
  HUB_OFFLINE: {
    message: '{uri} is not, or not intact, on this machine, and offline was asked for.',
    remedy: 'Run `regraft hub prefetch {uri}` with a network; or leave --offline and REGRAFT_OFFLINE (for hf: also HF_HUB_OFFLINE) out.',
  },
  HUB_NOT_FOUND: {
    message: '{uri} was not found: {host} answers with status {status}.',
    remedy: 'Check the spelling and the version; the source may have moved or withdrawn it.',
  },
  HUB_ACCESS_DENIED: {
    message: '{uri} may not be fetched: {host} answers with status {status}.',
    remedy: 'Its source does not give it to everybody. {access}',
  },
  HUB_HTTP: {
    message: '{uri} cannot be fetched: {host}: {reason}.',
    remedy: 'Open the address in a browser to see what the server says; it may need another address or a sign-in.',
  },
  HUB_URL_REFUSED: {
    message: '"{uri}" is not fetched: {reason}.',
    remedy: 'Use an https: address without a password in it, or download the file yourself and give its path.',
  },
  HUB_HASH_MISMATCH: {
    message: '{uri} came twice with the {algorithm} {actual}, but its source states {expected}. It was thrown away.',
    remedy:
      'Something between here and the source changes the file, a proxy for one, or it was replaced at the source. Do not use it; try another network.',
  },
  HUB_TOO_LARGE: {
    message: '{uri} is larger than {limit} bytes.',
    remedy: 'Check that the address is that of a model; where the size is meant to be so, raise `limits`.',
  },
  HUB_FILE_NOT_IN_REPOSITORY: {
    message: 'The repository {repo} has no file "{path}" at {commit}.{hint}',
    remedy: 'Its files are {files}.',
  },
  HUB_WEIGHTS_MISSING: {
    message: 'The repository {repo} has no weights in a format and under a name that Regraft takes by itself. Its files are {files}.',
    remedy: 'If one of them is the model, name it: {example}.',
  },
  HUB_STOPPED: {
    message: 'Fetching {uri} was stopped.',
    remedy: 'Run again: a download goes on where it stopped.',
  },
  HUB_APPLICATION_UNKNOWN: {
    message: 'Keras has no application "{name}" with published weights.{hint}',
    remedy: 'Use one of {known}.',
  },
  HUB_WEIGHTS_UNKNOWN: {
    message: 'torchvision publishes no {what}.{hint}',
    remedy: 'Use one of {known}.',
  },
  HUB_CREDENTIALS_INVALID: {
    message: '"{file}" does not hold Kaggle credentials.',
    remedy: 'Download it again from the settings of your Kaggle account; it is JSON with "username" and "key".',
  },
  HUB_LOCK_MISMATCH: {
    message: '{uri} is not what {file} says: its content has the hash {actual}, but {expected} is locked.',
    remedy:
      'If the change is meant to be, run `regraft hub prefetch --update {uri}` and commit the lock file; else run `regraft hub verify`, and do not use the base.',
  },
  HUB_LOCK_INVALID: {
    message: '"{file}" is not a lock file that Regraft can read: {reason}.',
    remedy: 'Restore it from version control; or remove it and run `regraft hub prefetch` for your bases.',
  },
  HUB_NOT_CACHED: {
    message: '{uri} is not in the cache.',
    remedy: '`regraft hub list` shows what is; `regraft hub prefetch {uri}` fetches it.',
  },
  SEARCH_VALUE_UNKNOWN: {
    message: 'There is no {what} "{value}".{hint}',
    remedy: 'Use one of {known}.',
  },
  SEARCH_FAILED: {
    message: '{source} could not be searched: {reason}.',
    remedy: 'Check the network and the proxy (HTTPS_PROXY, or the settings of npm), or try again later.',
  },
  HUB_ARCHIVE_UNSAFE: {
    message: 'The archive {archive} was refused at its entry "{entry}": {reason}.',
    remedy: 'Do not use it; where the size is meant to be so, raise `limits`.',
  },
  HUB_ARCHIVE_BROKEN: {
    message: 'The archive {archive} cannot be unpacked: {reason}.',
    remedy: 'It is damaged as published, or the disk is full; see the reason.',
  },
  HUB_CACHE_WRITE: {
    message: 'Cannot write to the cache at {path}: {reason}.',
    remedy:
      'Free some space or choose another folder with REGRAFT_CACHE; for what other programs share, with KERAS_HOME, TORCH_HOME, KAGGLEHUB_CACHE, TFHUB_CACHE_DIR or HF_HOME.',
  },
  IMPORT_FORMAT_UNKNOWN: {
    message: 'No importer recognises {uri}. Its files are {files}. Supported: {supported}.',
    remedy: 'Name the folder or file of the model itself, with its weights beside it; convert other formats to ONNX first.',
  },
  IMPORT_FORMAT_UNSUPPORTED: {
    message: '{uri} is {format}, which Regraft does not import yet. Supported: {supported}.',
    remedy: 'Convert the model to one of these formats, for example to ONNX.',
  },
  IMPORT_AMBIGUOUS: {
    message: '{uri} holds several models: {files}.',
    remedy: 'Name the file in the address.',
  },
  IMPORT_FILE_INVALID: {
    message: '"{file}" of {uri} cannot be read as {format}: {reason}.',
    remedy: 'The file is damaged, incomplete or of another kind; download or export it again.',
  },
  IMPORT_ONNX_OP: {
    message: '{op} node "{node}" of the domain "{domain}" has no form in standard operators: {reason}.',
    remedy: 'Export the model again without this option, before an optimiser fuses or quantises it.',
  },
  IMPORT_CODE: {
    message: '"{file}" computes what it holds: {construct} at offset {offset} is not a literal.',
    remedy: 'Regraft reads literals and never executes a model. Use the plain files (model.json and .bin) of this model.',
  },
  IMPORT_WEIGHTS_ONLY: {
    message: '"{file}" of {uri} holds weights without the layers they belong to: {layers}.',
    remedy:
      'Name their architecture: `--architecture NAME`, in a spec `base: { uri: …, architecture: NAME }`. Of Keras that may also be the file of a configuration saved by model.to_json(), and model.save("model.keras") keeps layers and weights together. Known: {known}.',
  },
  IMPORT_NOT_STATE_DICT: {
    message: '"{file}" of {uri} holds {content}, not a state dict.',
    remedy:
      'Load it in Python with the code it was written by, and save the weights alone: torch.save(model.state_dict(), "weights.pt"), or as safetensors.',
  },
  IMPORT_PURPOSE: {
    message: 'A model of type {type} is no {purpose}; it can be {known}.',
    remedy: 'Choose a base of another type for this task.',
  },
  IMPORT_ARCHITECTURE_UNKNOWN: {
    message: 'There is no architecture "{architecture}".{hint}',
    remedy: 'For bare Keras weights that may also be the path of a configuration saved by model.to_json(), which ends in .json. Known: {known}.',
  },
  IMPORT_MODEL_TYPE_UNKNOWN: {
    message: 'Models of type "{type}" (model_type in config.json) cannot be built here.{hint} Those that can: {known}.',
    remedy:
      'Export the model to ONNX (`optimum-cli export onnx --model DIR OUT`), which is imported whatever its type; or add the type: one file in src/bases/importers/huggingface/families. Of a file that names no type, name the class (`architecture: BertModel`).',
  },
  IMPORT_ARCHITECTURE_MISMATCH: {
    message: 'The weights in "{file}" of {uri} are not those of {architecture}: {difference}.',
    remedy:
      'Name the architecture that the weights were saved from (`--architecture`, or `architecture` of the base in a spec). A network whose layers were changed in code cannot be built by name: export it with torch.onnx.export.',
  },
  IMPORT_WEIGHT_MISSING: {
    message: 'Layer "{layer}" needs the weight "{weight}", which the model file does not hold.',
    remedy:
      'The file holds fewer layers than the model is said to have, or names them otherwise: save the model again with all of its weights, and its configuration beside them.',
  },
  IMPORT_WEIGHT_TYPE: {
    message: 'Tensor "{weight}" in "{file}" of {uri} {reason}, which Regraft does not read.',
    remedy: 'Save it as a dense tensor of real floating-point numbers or integers, or leave it out if the model computes it by itself.',
  },
  IMPORT_WEIGHT_SHAPE: {
    message: 'Weight "{weight}" has shape [{actual}] where layer "{layer}" needs {expected}.',
    remedy:
      'The weights are those of a model of other sizes than its configuration says: put the two files that belong together side by side, or save the model again.',
  },
  IMPORT_VARIABLES_MISSING: {
    message: '"{file}" of {uri} computes with variables whose values it does not hold: {variables}.',
    remedy: 'Give the SavedModel or the checkpoint with its .meta, .index and .data files, or freeze the graph: its weights become constants.',
  },
  IMPORT_VARIABLES_ONLY: {
    message: '"{file}" of {uri} holds variables without the graph that computes with them: {variables}.',
    remedy: 'Keep the .meta file beside the checkpoint, or load it into its model and write that with tf.saved_model.save.',
  },
  IMPORT_SIGNATURE: {
    message: '{uri} {reason}. Its signatures are {signatures}.{hint}',
    remedy: 'Name one of them as the signature of the base, or save the model again with one that takes and gives tensors of numbers.',
  },
  IMPORT_OUTPUTS: {
    message: '"{file}" of {uri} {reason}.',
    remedy: 'Name the output nodes as the signature of the base, separated by commas.',
  },
  IMPORT_LAYER_UNKNOWN: {
    message: 'Layer "{layer}" is of the type {type}, which has no converter.{hint} Supported: {supported}.',
    remedy: 'Add a row to src/bases/importers/keras-layers/table.ts (see CONTRIBUTING), or export the model to ONNX.',
  },
  IMPORT_LAYER_CODE: {
    message: 'Layer "{layer}" is a Lambda: what it computes is Python code, which Regraft never runs.',
    remedy: 'Put Keras layers in its place (Rescaling, Activation, Reshape …) and save the model again, or export it to ONNX.',
  },
  IMPORT_LAYER_OPTION: {
    message: 'Layer "{layer}" ({type}) has {option} = {value}, which is not supported.',
    remedy: 'Export the model to ONNX instead, or change the layer.',
  },
  IMPORT_OPS: {
    message:
      'The model has operators that cannot be converted: {ops} (first at node "{node}"). The {count} that can are listed in docs/importers.md.',
    remedy: 'Add a row to src/bases/importers/tensorflow/ops (see CONTRIBUTING), or export the model to ONNX with another tool.',
  },
  IMPORT_NODE: {
    message: 'Node "{node}" ({op}) cannot be converted: {reason}.',
    remedy: 'Export the model for inference with fixed options, or to ONNX.',
  },
  IMPORT_LOOP: {
    message: 'Node "{node}" ({op}) repeats a part of the model as often as its inputs say, which is only known when it runs.',
    remedy: 'Export the model with inputs of fixed sizes (the number of steps, and the batch), so that the loop can be written out.',
  },
  IMPORT_GRAPH: {
    message: 'The graph of the model is broken: {reason}.',
    remedy: 'The model file is damaged or was edited; export it again.',
  },
  IMPORT_INPUT: {
    message: 'Input "{input}" of the model takes values of the type {type}, which ONNX graphs here do not compute with.',
    remedy: 'Choose another signature (base.signature), or export the model with inputs of numbers.',
  },
  IMPORT_TOPOLOGY: {
    message: 'The layers of the model do not fit together: {reason}.',
    remedy: 'The model file is damaged or was edited; export it again.',
  },
  TOKENIZER_MISSING: {
    message: 'There is no tokenizer among the files of the model; they are: {found}.',
    remedy: 'Put one of these beside the configuration of the model: {known}.',
  },
  TOKENIZER_FILE_MISSING: {
    message: 'The tokenizer needs {missing} beside {file}.',
    remedy: 'Copy {missing} from where {file} comes from, or use the tokenizer.json of the model, which holds everything.',
  },
  TOKENIZER_INVALID: {
    message: '"{file}" does not describe a tokenizer that can be used: {reason}.',
    remedy: 'Save the tokenizer again with a current version of transformers (`tokenizer.save_pretrained`), which writes a tokenizer.json.',
  },
  TOKENIZER_LENGTH: {
    message: 'No text fits into {maxLength} tokens, of which {special} are special and {stride} are shared with the window before.',
    remedy: 'Allow more tokens (`maxLength`), share fewer (`stride`), or shorten the first text of the pair.',
  },
  TOKENIZER_VOCABULARY: {
    message: 'The tokenizer has {vocabularySize} tokens with ids up to {largestId}, but the model embeds ids below {rows}.',
    remedy: 'Use the tokenizer that the model was trained with; both must come from the same place.',
  },
  SENTENCE_MODULE_UNSUPPORTED: {
    message: '"{file}" makes a vector of a sentence by {module}, which is not built.',
    remedy:
      'Take a model that pools by mean, cls, max or last token, with or without normalisation; or use the network alone, without its modules.json.',
  },
  SHAPE_CONFLICT: {
    message: 'Dimension {dimension} is {first} in {firstPlace} but {second} in {secondPlace}.',
    remedy: 'Give dimensions that agree with each other and with the model.',
  },
  SHAPE_UNSPECIFIED: {
    message: 'Input "{input}" has the dimensions [{dims}], and not all of them are known.',
    remedy: 'Give the dimensions of this input, e.g. [1, 3, 224, 224].',
  },
  SHAPE_NO_INPUT: {
    message: 'Dimensions were given for "{input}", but the inputs of the graph are {inputs}.{hint}',
    remedy: 'Check the spelling of the input.',
  },
  SHAPE_INPUT_TYPE: {
    message: 'Input "{input}" holds {type}, which Regraft does not compute with.',
    remedy: 'Cut the graph behind the nodes that read this input, and give their results as tensors of numbers.',
  },
  SPEC_NOT_FOUND: {
    message: 'There is no spec "{file}".',
    remedy: 'Check the path, or write a spec with `regraft init`.',
  },
  SPEC_EXTENDS_NOT_FOUND: {
    message: '{where}: there is no spec "{file}" to extend.',
    remedy: 'Correct the path under `extends`; it starts from the folder of the file it is written in.',
  },
  SPEC_EXTENDS_CYCLE: {
    message: '{where}: the specs extend each other in a circle: {files}.',
    remedy: 'Take one of them out of the circle: move what they share to a file that extends nothing.',
  },
  SPEC_SYNTAX: {
    message: '{file}, line {line}: this is not YAML: {reason}.',
    remedy: 'Correct the line; indentation and colons are the usual reasons.',
  },
  SPEC_UNKNOWN_KEY: {
    message: '{where}: unknown key "{key}" in {section}. {hint}',
    remedy: 'Correct or remove the key. docs/spec.schema.json lists every key.',
  },
  SPEC_INVALID: {
    message: '{where}: {problem}',
    remedy: 'Correct the value. docs/spec.schema.json lists what every key takes.',
  },
  SPEC_OVERRIDE: {
    message: '--set {text}: {reason}.',
    remedy: 'Write `--set key.key=value`, for example `--set training.optimizer.lr=1e-4`.',
  },
  TRAIN_NO_PARAMETER: {
    message: 'The model has no parameter named "{name}".',
    remedy: 'Run `regraft inspect MODEL` for the names.',
  },
  TRAIN_NOTHING: {
    message: 'Nothing is left to train: all parameters ({frozen}) are frozen.',
    remedy: 'Freeze fewer parameters, or put a new head on the model.',
  },
  TRAIN_DIVERGED: {
    message: 'Training diverged at step {step}: the loss is {loss}; the first value that is not finite comes out of "{layer}".',
    remedy:
      'Lower the learning rate (it was {lr}; try {suggested}), clip the gradients (training.clip.norm: 1), or check the inputs for extreme values.',
  },
  TRAIN_WEIGHTS: {
    message: 'Training diverged: after step {step}, "{name}" holds values that are not finite.',
    remedy:
      'Lower the learning rate (it was {lr}; try {suggested}), clip the gradients (training.clip.norm: 1), or check the inputs for extreme values.',
  },
  GROUP_NO_MATCH: {
    message: 'The parameter group /{match}/ matches no parameter that an earlier group does not hold.{hint}',
    remedy: 'Run `regraft inspect MODEL` for the names, such as "{example}".',
  },
  METRIC_UNKNOWN: {
    message: 'There is no metric "{metric}".{hint}',
    remedy: 'Use one of: {known}.',
  },
  CHECKPOINT_INCOMPLETE: {
    message: 'The checkpoint does not hold "{name}".',
    remedy: 'It belongs to another run or specification; train again, or resume the run it was written by.',
  },
  TASK_CONTENT: {
    message: '{task} takes data of kind {expected}, but {data} holds {actual}.',
    remedy: 'Choose the task that fits the data, or another data source.',
  },
  TASK_TARGET: {
    message: '{task} takes labels of kind {expected}, but {data} has {actual}.',
    remedy: 'Check the column mapping (data.columns), or choose the task that fits the labels.',
  },
  REWRITE_NO_CAPTURE: {
    message: 'A rewrite rule asks for "{name}", which its pattern did not capture at node "{node}".',
    remedy: 'This is an error in the rule: capture the value in every form of its pattern, or ask whether it is there.',
  },
  CLI_USAGE: {
    message: 'Bad command line: {reason}.',
    remedy: '`regraft --help` lists the verbs, `regraft VERB --help` shows how one is used.',
  },
  DEMO_STOPPED: {
    message: 'The demo was stopped before it had a result.',
    remedy: 'Run it again: what was downloaded is kept. `--seeds 1` takes half the time.',
  },
  INIT_EXISTS: {
    message: 'There already is a file "{file}".',
    remedy: 'Choose another name with --out, or replace it with --force.',
  },
  INIT_NO_TASK: {
    message: 'No task fits "{data}", which holds {content} with {labels}.',
    remedy: 'Images need a class each; tensors need an integer or a floating-point tensor called "labels"; texts need a column such as "text".',
  },
  CHECKPOINT_BROKEN: {
    message: 'The checkpoint {path} cannot be read.',
    remedy: 'Delete it and resume from the one before, or train again.',
  },
  PROBE_TOO_FEW: {
    message: 'A probe with {folds}-fold cross-validation needs at least as many samples; there are {samples}.',
    remedy: 'Add labelled samples, or lower recipe.folds.',
  },
  BUNDLE_NOT_FOUND: {
    message: 'There is no bundle at {path}: {reason}',
    remedy: 'Give a folder that holds bundle.json, a .zip of one, or a finished run, which has it under bundle/.',
  },
  BUNDLE_NO_GENERATION: {
    message: 'The bundle does {task}; it writes no text.',
    remedy: 'Train with the task causal-language-modelling to get one that does.',
  },
  BUNDLE_NO_TOKENIZER: {
    message: 'The bundle does {task}, but has no tokenizer to read text with.',
    remedy: 'Copy the bundle again with all of its files.',
  },
  BUNDLE_FORMAT: {
    message: 'The bundle at {path} has format {format}; this version of Regraft reads format {known}.',
    remedy: 'Use the version of Regraft that wrote it (bundle.json names it under versions), or a newer one.',
  },
  BUNDLE_PATH_TAKEN: {
    message: 'Cannot write a bundle to {path}: {what} has that name.',
    remedy: 'Choose another name; only a bundle or an empty folder is replaced.',
  },
  BUNDLE_BROKEN: {
    message: 'The bundle at {path} cannot be used: {reason}',
    remedy: 'Copy it again from where it was made, or export it again with `regraft export RUN`.',
  },
  EXPORT_TRANSFORMERS: {
    message: 'The model cannot be saved for transformers: {reason}.',
    remedy: 'Export it as ONNX, which every runtime loads; or train it from a Hugging Face model with `head: keep` or `head: linear`.',
  },
  BUNDLE_WRITE_FAILED: {
    message: 'The bundle {path} could not be written: {reason}',
    remedy: 'Free disk space or choose another folder; nothing was left behind.',
  },
  EVALUATE_NO_DATA: {
    message: 'There is no data to evaluate {target} on. {reason}',
    remedy: 'Name labelled data with --data.',
  },
  METRIC_NOT_FINITE: {
    message: 'The {metric} over {samples} samples is {value}.',
    remedy: 'Look for infinite or huge numbers in the data; where there are none, train with a lower learning rate.',
  },
  EVALUATE_SPLIT_DATA: {
    message: 'Both --data and --split say what to evaluate on.',
    remedy: 'Leave one of them out: --split names what the run held out, --data other labelled data.',
  },
  EVALUATE_SPLIT: {
    message: 'The run at {target} has no {split} data.',
    remedy: 'Leave --split out, or name labelled data with --data.',
  },
  BASE_INPUT_UNKNOWN: {
    message: 'The base does not say how large its input "{input}" is ([{dims}]).',
    remedy: 'State it: base: { uri: …, preprocessing: [{ name: resize, size: [224, 224] }, …, { name: to-tensor }] }.',
  },
  BASE_INPUTS: {
    message: 'An image task needs a base with one image input; this one has: {inputs}.',
    remedy: 'Use a tensor task, with data named after these inputs.',
  },
  DATA_NOT_A_NUMBER: {
    message: 'Row {row} of "{file}" has NaN in "{tensor}".',
    remedy: 'Replace what is missing by a number, or remove the row.',
  },
  DATA_ONE_CLASS: {
    message: '{data} has one class only, "{label}": there is nothing to tell it from.',
    remedy: 'Add samples of at least one other class, such as one for everything else.',
  },
  DATA_INPUT_MISSING: {
    message: 'The model takes an input "{input}", but the data has only: {known}.{hint}',
    remedy: 'Name the tensors of the data after the inputs of the model.',
  },
  DATA_INPUT_TYPE: {
    message: 'The model takes "{input}" as {expected}, but the data has {actual}.',
    remedy: 'Convert the tensor; in NumPy, which makes float64 by default: x.astype("{expected}").',
  },
  DATA_INPUT_SHAPE: {
    message: 'The model takes "{input}" of shape [{expected}] a sample, but the data has [{actual}].',
    remedy: 'Bring the data into the shape the model expects.',
  },
  HEAD_KEEP_CLASSES: {
    message: 'head: keep, but the model has {outputs} outputs and the data {classes} classes.',
    remedy: 'Use head: linear for a new output layer, or state the labels in the order of the outputs (data.labels).',
  },
  RUN_EXISTS: {
    message: '{path} already holds a run.',
    remedy: 'Resume it with `regraft train --resume {path}`, or choose another folder with --out.',
  },
  RUN_PATH_TAKEN: {
    message: 'Cannot begin a run in {path}: "{name}" is there and belongs to no run.',
    remedy: 'Choose another folder with --out, or move "{name}" out of the way.',
  },
  DIFF_TARGET: {
    message: '"{path}" cannot be compared: {reason}.',
    remedy: 'Give a spec file, the folder of a run, or a bundle: its folder or a .zip of it.',
  },
  RUN_NOT_FOUND: {
    message: 'There is no run at {path}.',
    remedy: 'Give the folder that `regraft train --out` wrote.',
  },
  RUN_BROKEN: {
    message: '"{file}" is not the record of a run: {reason}.',
    remedy: 'Put it back as `regraft train` wrote it, or train again into another folder.',
  },
  RUN_CHANGED: {
    message: 'The {part} of the run at {path} is no longer what it began with.',
    remedy: 'Put it back as it was, or train again into another folder.',
  },
  RUN_WRITE_FAILED: {
    message: 'Cannot write "{file}": {reason}.',
    remedy: 'Free some space or choose another place. A run that has begun goes on with: regraft train --resume RUN',
  },
  DATA_NO_LABELS: {
    message: '{data} has no labels.',
    remedy: 'Give a folder with a sub-folder per class, a table with a label column, or a tensor file with `labels`.',
  },
  PROBE_HEAD: {
    message: 'A linear probe fits a linear head of one weight and one bias; this head has {parameters} parameter tensors.',
    remedy: 'Use head: linear, or another recipe.',
  },
  PROBE_TOKENS: {
    message: 'A linear probe is fitted to one vector a sample; {task} has one for each token or pixel.',
    remedy: 'Use recipe: feature-extraction, which trains the head alone, too, or fine-tune with start: steps.',
  },
  PROBE_VECTORS: {
    message: 'The recipe {recipe} fits a linear probe to labels; {task} learns vectors, by comparing samples.',
    remedy: 'Use recipe: feature-extraction, which trains the projection alone, or fine-tune, or full.',
  },
  PREDICT_INDEX: {
    message: 'There are nearest neighbours among vectors only; a bundle of the task {task} does not answer with vectors.',
    remedy: 'Leave the index out, or train a bundle of the task image-similarity or sentence-embedding.',
  },
  BASE_NO_WORDS: {
    message: 'The base "{uri}" gives [{output}] for a text, not scores of all words for each of its tokens, which {task} needs.',
    remedy: 'Choose a base that was trained on words and has kept that head, not one that was adapted to another task.',
  },
  LR_FINDER_SHORT: {
    message: 'The sweep for a learning rate ended after {steps} steps, at {rate}: the loss diverged before it had fallen.',
    remedy: 'State optimizer.lr; if training diverges too, look at the data and at the range of the inputs.',
  },
  LR_FINDER_PROBE: {
    message: 'A sweep for a learning rate needs gradient steps; this recipe only fits a linear probe.',
    remedy: 'Leave optimizer.lr out, or choose another recipe.',
  },
  LOSS_UNBALANCED: {
    message: 'Balanced weights are counted from classes or tags (classWeights) or from several labels a sample (posWeights); the data has {target}.',
    remedy: 'Leave the weights of the loss out.',
  },
  HEAD_TASK: {
    message: 'head: {head} is not for {task}.',
    remedy: 'Heads for it: {known}.',
  },
  BASE_NO_PIXELS: {
    message: 'head: keep, but the base "{uri}" does not give scores of classes for each place of an image.',
    remedy: 'Leave head out, which puts a new one on the base, or choose a model of semantic segmentation.',
  },
  PREDICT_OUT: {
    message: '--out is for masks; {task} has none.',
    remedy: 'Leave --out out; --json prints everything that is predicted.',
  },
  SEGMENTATION_NO_MAPS: {
    message: 'Before "{features}" the base makes neither feature maps of two sizes nor tokens that are patches of the image.',
    remedy: 'Choose a convolutional network or a plain vision transformer (ViT, DeiT, DINOv2, CLIP) as base.',
  },
  SEGMENTATION_STRIDE: {
    message: 'The maps of the base cannot be kept at {outputStride} pixels a position. {reason}',
    remedy: 'Raise outputStride, or use head: u-net, which takes the maps as they are.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

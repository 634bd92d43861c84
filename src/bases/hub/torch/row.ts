/** From a decoded image to the input: the shorter side resized, the middle cut out, values in [0, 1] normalised by channel (RGB). */
export interface TorchTransforms {
  /** Pixels of the shorter side. */
  readonly resize: number;
  /** Side of the square in the middle; left out where the whole image is taken. */
  readonly crop?: number;
  readonly interpolation: 'bilinear' | 'bicubic';
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Published weights of a torchvision model, as the table keeps them. */
export interface TorchRow {
  /** The function that builds the model: `resnet50`. */
  readonly entrypoint: string;
  /** `IMAGENET1K_V2` */
  readonly weights: string;
  /** The ones that are meant where none are named; one row an entrypoint. */
  readonly isDefault?: true;
  /** Its name at the source and in PyTorch's cache; it ends with the beginning of its SHA-256. */
  readonly file: string;
  readonly task: 'image-classification' | 'segmentation';
  /** A list of the table of categories; left out where the classifier is not published. */
  readonly categories?: string;
  readonly parameters: number;
  /** In percent, by torchvision's names: `acc@1`, `acc@5` on ImageNet-1k; `miou`, `pixel_acc` on COCO with the labels of Pascal VOC. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly transforms: TorchTransforms;
  /** SPDX identifier, where the weights state one. */
  readonly licence?: string;
  /** How they were trained, or where they are from. */
  readonly source: string;
}

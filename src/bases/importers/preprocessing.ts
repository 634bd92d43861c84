/** What a base model expects of its images, as its file or its authors say. */
export interface Preprocessing {
  /** `[height, width]` of the model's input. */
  readonly size: readonly [number, number];
  /** Share of the image's shorter side that the evaluation crop keeps (default 1: the whole shorter side). */
  readonly cropShare?: number;
  readonly filter?: 'box' | 'bilinear' | 'bicubic' | 'lanczos';
  readonly layout?: 'nchw' | 'nhwc';
  readonly channels?: 1 | 3 | 4;
  readonly order?: 'rgb' | 'bgr';
  /** What pixel values 0 and 255 become (default [0, 1]). */
  readonly range?: readonly [number, number];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

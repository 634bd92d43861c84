/** Height and width. */
export interface Extent {
  readonly height: number;
  readonly width: number;
}

/** A value `[N, C, H, W]` of a graph. */
export interface FeatureMap extends Extent {
  readonly name: string;
  readonly channels: number;
}

/** Where a backbone has come to when its maps are `stride` times smaller than the image. */
export interface Stage {
  /** As the backbone was trained; a map that was kept larger has that of the layers it comes from. */
  readonly stride: number;
  readonly map: FeatureMap;
}

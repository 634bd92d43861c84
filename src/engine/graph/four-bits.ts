import { fromBinary } from '@bufbuild/protobuf';
import { sizeOf, type Tensor } from '../../core/index.js';
import { TensorProtoSchema } from './generated/onnx_pb.js';
import type { OpaqueTensor } from './model.js';

const [UINT4, INT4] = [21, 22];

/**
 * A tensor of four-bit integers as one of eight bits; `undefined` for other tensors, and where data are missing. Source: onnx.proto, two elements a byte, the
 * first in the low bits.
 */
export function unpackFourBits({ element, encoding, dims, bytes }: OpaqueTensor): Tensor | undefined {
  if (encoding !== 'dense' || (element !== UINT4 && element !== INT4)) return undefined;
  const { rawData, int32Data } = fromBinary(TensorProtoSchema, bytes);
  const packed = rawData.byteLength > 0 ? rawData : Uint8Array.from(int32Data);
  const size = sizeOf(dims);
  if (packed.length !== Math.ceil(size / 2)) return undefined;
  const data = element === INT4 ? new Int8Array(size) : new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const nibble = ((packed[i >> 1] as number) >> (4 * (i & 1))) & 15;
    data[i] = element === INT4 && nibble > 7 ? nibble - 16 : nibble;
  }
  return { type: element === INT4 ? 'int8' : 'uint8', dims, data };
}

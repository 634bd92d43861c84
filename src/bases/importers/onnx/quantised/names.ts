/** What quantisers add to the name of a value. */
const SUFFIX = /(_quantized|_quant|_QuantizeLinear_Output|_Q[248](G\d+)?|\.int8|_int8)$/;

/** The name a quantised value had before it was quantised, as far as names tell. */
export function unquantisedName(name: string): string {
  return name.replace(SUFFIX, '') || name;
}

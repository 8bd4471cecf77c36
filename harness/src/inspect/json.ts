/** Anything that JSON.stringify writes as it is. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

export {
  type ControlForm,
  CRITICAL_CONTROL,
  controlForm,
  decodeControl,
  encodeControl,
  encodeControlRecord,
} from './control.ts';
export { type ControlJson, controlFromJson, controlToJson } from './json.ts';
export type { ControlMessage, ControlMessageOf, FieldsOf, ScopeRequest, UnknownControl } from './message.ts';
export { AckStatus, AuthKind } from './rules.ts';

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Properties of an ONNX file that the runtime does not report. */
export interface OnnxFacts {
  /** version of the file format; 0 if the file does not say it */
  irVersion: number;
  /** version of the operator set ai.onnx that the graph is written in */
  opset: number;
  /** names of tensors whose values are in other files */
  externalTensors: string[];
}

type MessageName = 'Model' | 'OperatorSet' | 'Graph' | 'Node' | 'Attribute' | 'Tensor' | 'SparseTensor' | 'Function';

/** The fields of onnx.proto through which a tensor can be reached, by number. Everything else is skipped. */
const PARTS: Record<MessageName, Partial<Record<number, MessageName>>> = {
  Model: { 7: 'Graph', 8: 'OperatorSet', 25: 'Function' },
  Graph: { 1: 'Node', 5: 'Tensor', 15: 'SparseTensor' },
  Node: { 5: 'Attribute' },
  Attribute: { 5: 'Tensor', 6: 'Graph', 10: 'Tensor', 11: 'Graph', 22: 'SparseTensor', 23: 'SparseTensor' },
  SparseTensor: { 1: 'Tensor', 2: 'Tensor' },
  Function: { 7: 'Node' },
  Tensor: {},
  OperatorSet: {},
};
const IR_VERSION = 1;
const OPERATOR_SET = { domain: 1, version: 2 };
const TENSOR = { name: 8, externalData: 13, dataLocation: 14 };
/**
 * A graph, its node, that node's attribute, the attribute's graph …: deeper than any model, shallower than the stack.
 */
const MAX_DEPTH = 256;

/**
 * Reads the versions of an ONNX file and of its operator set, and finds tensors that are kept elsewhere.
 *
 * @param bytes the whole file
 * @throws Error if it is not an ONNX file
 */
export function readOnnxFacts(bytes: Uint8Array): OnnxFacts {
  const found: Found = { irVersion: 0, opset: null, externalTensors: [] };
  walk(bytes, 'Model', found, 0);
  if (found.opset === null) throw new Error('The file names no operator set ai.onnx.');
  return { ...found, opset: found.opset };
}

type Found = Omit<OnnxFacts, 'opset'> & { opset: number | null };

function walk(bytes: Uint8Array, message: MessageName, found: Found, depth: number): void {
  if (depth > MAX_DEPTH) throw new Error(`The graph is nested more than ${MAX_DEPTH} levels deep.`);
  if (message === 'Tensor') {
    readTensor(bytes, found.externalTensors);
    return;
  }
  if (message === 'OperatorSet') {
    found.opset = readOperatorSet(bytes) ?? found.opset;
    return;
  }
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const part = type === WireType.LengthDelimited ? PARTS[message][field] : undefined;
    if (message === 'Model' && field === IR_VERSION && type === WireType.Varint)
      found.irVersion = Number(reader.int64());
    else if (part) walk(reader.bytes(), part, found, depth + 1);
    else reader.skip(type, field);
  }
}

/** @returns its version if it is ai.onnx, which is written as an empty name */
function readOperatorSet(bytes: Uint8Array): number | null {
  let domain = '';
  let version = 0;
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === OPERATOR_SET.domain && type === WireType.LengthDelimited) domain = reader.string();
    else if (field === OPERATOR_SET.version && type === WireType.Varint) version = Number(reader.int64());
    else reader.skip(type, field);
  }
  return domain === '' || domain === 'ai.onnx' ? version : null;
}

function readTensor(bytes: Uint8Array, externalTensors: string[]): void {
  let name = '';
  let isExternal = false;
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === TENSOR.name && type === WireType.LengthDelimited) name = reader.string();
    else if (field === TENSOR.dataLocation && type === WireType.Varint) isExternal = reader.int32() !== 0 || isExternal;
    else {
      isExternal ||= field === TENSOR.externalData;
      reader.skip(type, field);
    }
  }
  if (isExternal) externalTensors.push(name);
}

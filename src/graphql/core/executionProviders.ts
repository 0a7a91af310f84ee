import { defineEnum } from './enums';

const EXECUTION_PROVIDERS = ['CPU', 'WEBGPU', 'CUDA'] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

export const ExecutionProviderEnum = defineEnum(
  'ExecutionProvider',
  'Execution provider of ONNX Runtime, which runs models.',
  EXECUTION_PROVIDERS,
  { CPU: 'The processor.', WEBGPU: 'Any GPU, by WebGPU.', CUDA: 'An NVIDIA GPU, by CUDA.' },
);

/** Why the field with the text is deprecated. */
export const PROVIDER_TEXT_DEPRECATED = 'executionProviders is a list.';

/**
 * @param text as it is stored: `cpu`, or several with commas between; null before the first
 * @returns in the order of their first use
 */
export function executionProvidersOf(text: string | null): ExecutionProvider[] {
  const names = (text ?? '').toUpperCase().split(', ');
  return names.flatMap((name) => EXECUTION_PROVIDERS.filter((provider) => provider === name));
}

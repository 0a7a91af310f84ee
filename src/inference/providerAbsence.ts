import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type ExecutionProvider = 'cuda' | 'webgpu' | 'cpu';

/** Signs of the NVIDIA driver: its own file on Linux, the graphics bridge under WSL. */
const NVIDIA_TRACES = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/dxg'];
const NO_ADAPTER = /Failed to get a WebGPU adapter|No supported adapters/;

/**
 * Distinguishes a provider that the machine does not have from one that is there and fails.
 *
 * @param failure the runtime's message when the provider did not start
 * @returns what is missing, as text; null if nothing is, so that it is a failure
 */
export function absenceOf(provider: ExecutionProvider, failure: string): string | null {
  if (provider === 'webgpu' && NO_ADAPTER.test(failure)) return 'no graphics adapter (Vulkan, Metal or Direct3D 12)';
  return provider === 'cuda' ? cudaAbsence() : null;
}

/**
 * Whether the machine has an NVIDIA driver, without which CUDA cannot work.
 *
 * @public of scripts/setupCuda.mjs
 */
export function hasNvidiaDriver(): boolean {
  return NVIDIA_TRACES.some((path) => existsSync(path));
}

function cudaAbsence(): string | null {
  if (!hasNvidiaDriver()) return 'no NVIDIA driver';
  if (!existsSync(cudaLibrary())) return 'its libraries are not installed; npm run setup:cuda fetches them';
  return null;
}

/** The file with which ONNX Runtime's package runs on CUDA. The npm package does not contain it. */
function cudaLibrary(): string {
  const folder = dirname(require.resolve('onnxruntime-node/package.json'));
  return join(folder, 'bin', 'napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so');
}

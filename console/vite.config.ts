import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const server = process.env.LADING_URL ?? 'http://127.0.0.1:7400';
const src = fileURLToPath(new URL('./src', import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '~': src } },
  build: {
    outDir: process.env.LADING_CONSOLE_OUT ?? 'dist',
    emptyOutDir: !process.env.LADING_CONSOLE_OUT,
    target: 'es2022',
    chunkSizeWarningLimit: 1_500,
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(['/api', '/enter', '/health', '/openapi'].map((path) => [path, server])) },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] } },
      {
        extends: true,
        test: {
          name: 'journeys',
          environment: 'node',
          include: ['journeys/*.journey.ts'],
          globalSetup: ['journeys/host.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});

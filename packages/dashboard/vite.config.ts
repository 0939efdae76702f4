import { defineConfig } from 'vite';

// virtua is written for React; preact's own compatibility layer stands in for it.
const COMPAT = {
  react: 'preact/compat',
  'react-dom': 'preact/compat',
  'react/jsx-runtime': 'preact/jsx-runtime',
};

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  resolve: {
    alias: Object.entries(COMPAT).map(([from, replacement]) => ({
      find: new RegExp(`^${from}$`),
      replacement,
    })),
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // The policy of the page allows no inline code and no data addresses of scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    reportCompressedSize: false,
  },
});

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// Served by the door at /console/; during `npm run dev` the API is asked at a running door.
export default defineConfig({
  base: '/console/',
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false },
  build: { target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: true, sourcemap: false },
  server: { proxy: { '/api': process.env.ZAOAN_DOOR ?? 'http://127.0.0.1:8080' } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
})

import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { boundaries } from './scripts/lint/boundaries.js';

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', 'coverage/', 'data/', 'bench/results/', 'templates/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.js'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { project: 'tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })] },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/require-await': 'off',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      ...boundaries.rules,
    },
  },
  {
    // Their tools ask for a default export.
    files: ['*.config.ts', '*.config.js', 'scripts/testing/reporter.js'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    // Generators that are run by hand, and the launcher: no project of the type checker holds them.
    files: ['scripts/make-*.js', 'packages/*/bin/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    // Plain programs for the terminal, run before anything is installed; the type checker, which reads their JSDoc, knows the globals.
    files: ['**/*.js'],
    rules: {
      'no-console': 'off',
      'no-undef': 'off',
      // The linter does not see a JSDoc cast, which is how these files give a type to parsed JSON.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);

const globals = require("globals");

module.exports = [
    {
        files: ["**/static/**/*.js", "**/*.mjs"],
        ignores: ["**/static/lib/**", "**/static/description/**"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, odoo: "readonly", luxon: "readonly"},
        },
        linterOptions: {reportUnusedDisableDirectives: "error"},
        rules: {
            "constructor-super": "error",
            curly: ["error", "multi-line"],
            eqeqeq: "error",
            "no-const-assign": "error",
            "no-debugger": "error",
            "no-dupe-class-members": "error",
            "no-dupe-keys": "error",
            "no-duplicate-imports": "error",
            "no-eval": "error",
            "no-fallthrough": "error",
            "no-implied-eval": "error",
            "no-shadow": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
            "no-use-before-define": ["error", {functions: false}],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
            "valid-typeof": "error",
        },
    },
    {
        // Unit tests of plain modules, and their helpers, run in Node.
        files: ["**/*.mjs"],
        languageOptions: {globals: {...globals.node}},
    },
    {
        // Service workers run without a page around them.
        files: ["**/static/src/**/service_worker*.js"],
        languageOptions: {globals: {...globals.serviceworker}},
    },
];

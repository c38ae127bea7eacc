import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "build/", "dist/", "symopt/page/built/"] },
  js.configs.recommended,
  {
    files: ["symopt/page/*.js"],
    languageOptions: {
      globals: {
        ...globals.browser,
        PROGRAM: "readonly",
        RESIDUALS: "readonly",
        TEXTS: "readonly",
        RULES: "readonly",
        WORDS: "readonly",
        TABLE: "readonly",
        HINTS: "readonly",
        makeStory: "readonly",
        makeFit: "readonly",
        makeHost: "readonly",
        makeSurface: "readonly",
        makeFormulas: "readonly",
        FIT: "readonly",
      }, // written in front
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error" },
  },
];

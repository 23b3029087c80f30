import js from "@eslint/js";

const MARKUP = "Data is shown with textContent, never as markup.";

export default [
  { ignores: [".venv/", "build/", "output/", "node_modules/", "**/built/"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    rules: {
      "no-undef": "off", // tsc knows the names of the browser, of Leaflet and of node
      complexity: ["error", 12],
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-depth": ["error", 3],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 5],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      "no-shadow": "error",
      "no-use-before-define": ["error", { functions: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "prefer-template": "error",
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "srcdoc"].map((property) => ({
          property,
          message: MARKUP,
        })),
        { object: "document", property: "write", message: MARKUP },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "TemplateElement[value.raw=/\\n/]",
          message: "Scripts are joined line by line: no string over two.",
        },
        { selector: "ImportDeclaration > :not(ImportSpecifier, Literal)", message: "Import by name: { a, b }." },
        { selector: "ExportDefaultDeclaration, ExportAllDeclaration, ExportSpecifier", message: "Export by name." },
        { selector: "ImportExpression", message: "Pages open from a file, where nothing can be loaded later." },
      ],
    },
  },
  { files: ["eslint.config.js"], rules: { "no-restricted-syntax": "off" } },
  { files: ["tests/javascript/**"], rules: { "max-lines-per-function": "off", "no-restricted-syntax": "off" } },
];

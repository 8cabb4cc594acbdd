/** @type {import('prettier').Config} */
module.exports = {
    bracketSpacing: false,
    printWidth: 88,
    proseWrap: "always",
    semi: true,
    trailingComma: "es5",
    tabWidth: 4,
    xmlWhitespaceSensitivity: "preserve",
    plugins: [require.resolve("@prettier/plugin-xml")],
};

// What every page is held against: all that html-validate recommends, but for
// what is a matter of taste and not of valid HTML.
module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // A list may be named: the ARIA specification forbids names only where the
    // role says so, and this option asks for exactly that.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    // A value that is one word needs no quotes.
    "attr-quotes": "off",
    // HTML lets controls of a form share a name, and the desk reads such
    // fields as lists.
    "form-dup-name": "off",
    // A title is the claim or the source itself, however long.
    "long-title": "off",
    // Only within noscript, where a page cannot look again in any other way;
    // axe-core finds it wherever scripts run.
    "meta-refresh": "off",
    // Nearly every button sends its form, which is what HTML means by a button
    // without a type.
    "no-implicit-button-type": "off",
    // A form that is one field is sent by Enter.
    "wcag/h32": "off",
    // Templates leave blanks at the end of lines; nobody sees them.
    "no-trailing-whitespace": "off",
  },
};

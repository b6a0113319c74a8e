/** Dark or light: as the computer says, until the person says otherwise. */

const NAME = "nurie.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  document.documentElement.dataset.theme = localStorage.getItem(NAME) ?? (dark.matches ? "dark" : "light");
}

export function followTheme() {
  dark.addEventListener("change", apply);
  apply();
}

export function toggleTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  if (next === (dark.matches ? "dark" : "light")) localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, next);
  apply();
}

// Fields that somebody else may have changed while somebody types in them: nothing typed is lost, and nothing that was
// written is put over without being shown first.

import { button, element } from "/pages/doing.js";

export const typed = (one) => one.value.trim();
export const stood = (one) => one.tagName === "SELECT" ? ([...one.options].find((two) => two.defaultSelected) ?? one.options[0]).value : one.defaultValue;
export const isTyped = (one) => typed(one) !== stood(one).trim();
export const fieldsOf = (form) => [...form.elements].filter((one) => one.name);

// Has `one` stand at `value`, as the edge has it now.
export function stand(one, value) {
  if (one.tagName === "SELECT") for (const option of one.options) option.defaultSelected = option.value === value;
  else one.defaultValue = value;
}

// Takes up what stands now, by the fields' names. What is typed stays; where somebody else wrote into the same field,
// theirs stands under it, to be taken.
export function takeUp(form, standing) {
  for (const one of fieldsOf(form)) {
    const [mine, base, theirs] = [typed(one), stood(one), String(standing(one.name))];
    if (base === theirs) continue;
    stand(one, theirs);
    const clash = mine !== base && mine !== theirs;
    one.value = clash ? mine : theirs;
    mark(one, clash ? theirs : null);
  }
}

// All of it is saved: it stands as it is typed.
export function settled(form, standing) {
  for (const one of fieldsOf(form)) {
    const value = String(standing(one.name));
    stand(one, value);
    one.value = value;
    mark(one, null);
  }
}

// Whether there is a field that somebody else wrote too; whoever is asked about it is taken there.
export function clashes(form) {
  const first = form.querySelector(".theirs");
  first?.closest("label").querySelector("input, select").focus();
  return Boolean(first);
}

function mark(one, theirs) {
  const label = one.closest("label");
  label.querySelector(".theirs")?.remove();
  if (theirs === null) return;
  const named = one.tagName === "SELECT" ? [...one.options].find((option) => option.value === theirs)?.text ?? theirs : one.type === "datetime-local" ? theirs.replace("T", " ") : theirs;
  label.append(element("span", { className: "theirs" }, theirs ? `Meanwhile: “${named}” ` : "Meanwhile: nothing stands there ", button("Take it", () => {
    one.value = stood(one);
    mark(one, null);
    one.focus();
  })));
}

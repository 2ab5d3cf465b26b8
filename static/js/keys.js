// The keyboard: one key for each thing that is done often. A page says what it
// offers by attributes, and the help (?) and the palette (Ctrl+K) list it:
//   data-key="d"      on a link or button: pressed. On a form or fieldset: its
//                     first field gets the focus (a closed <details> around it
//                     opens). On a field: gets the focus. First one shown wins.
//   data-does="Decide" what the key does, in words; without it, the own text.
//                     data-does without data-key: in the palette alone.
//   data-go="q"       on a link anywhere: g, then q goes there.
//   data-items        on a list, table or text: j and k walk its items, which
//                     are its [data-item], or else its li or tbody rows. The
//                     item itself (if a link) or its first link gets the focus,
//                     so Enter or o opens it; x ticks its checkbox.
//   <link rel="next"> and "prev" in the head: j and k on a page without items.
//   data-hit          on a link of /search: what the palette lists.
//   data-draft="off"  on a form: drafts.js keeps nothing of it.
//   data-forget       on a link or button: what drafts.js kept is let go.
// Single letters sleep in fields, with modifiers, and when switched off in the
// help (WCAG 2.1.4). Taken everywhere: j k o x / ? g. By custom: c cite,
// d decide, a approve, x dissent where no list is, n note, e edit, p publish.

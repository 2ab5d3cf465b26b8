//! Where an article ends and what readers or the publisher add begins, told
//! by a heading such as "Leave a reply".

use super::notes;
use super::outline::Outline;

/// The longest passage, in letters, that is such a heading.
const LONGEST: usize = 60;

/// The share of the prose, in percent, that must stand before the heading.
const BEFORE: usize = 60;

/// Cuts all that follows such a heading, up to the container's end.
pub(super) fn cut_after(outline: &Outline<'_>, container: usize, cut: &mut [bool]) {
    let end = outline.parts[container].end;
    let kept = |index: &usize| !cut[*index];
    let all: usize = (container..end)
        .filter(kept)
        .map(|index| outline.parts[index].prose())
        .sum();
    let mut read = 0;
    for index in container + 1..end {
        let part = &outline.parts[index];
        if cut[index] {
            continue;
        }
        let late = read > 0 && read * 100 >= all * BEFORE;
        let short = part.own > 0 && part.chars == part.own && part.own <= LONGEST;
        if late && short && !part.is_inline() && notes::is_ending(&part.node.text()) {
            cut[index..end].fill(true);
            return;
        }
        read += part.prose();
    }
}

//! Walking a page's tree in order. The walk is a loop, so that no depth of
//! nesting can overflow the stack.

use dom_query::NodeRef;

/// Whoever looks at the nodes of a tree.
pub(super) trait Visit<'a> {
    /// Takes a node in; where the answer is false, nothing below it is visited
    /// and it is not left.
    fn enter(&mut self, node: &NodeRef<'a>) -> bool;

    /// Leaves a node that was taken in, after all that is below it.
    fn leave(&mut self, node: &NodeRef<'a>);
}

/// Visits a node and all that is below it, in order.
pub(super) fn walk<'a>(root: NodeRef<'a>, visit: &mut impl Visit<'a>) {
    let mut current = root;
    loop {
        let entered = visit.enter(&current);
        if entered && let Some(child) = current.first_child() {
            current = child;
            continue;
        }
        if entered {
            visit.leave(&current);
        }
        // Up until there is a sibling; a parent that we return to is left.
        loop {
            if current.id == root.id {
                return;
            }
            if let Some(sibling) = current.next_sibling() {
                current = sibling;
                break;
            }
            let Some(parent) = current.parent() else {
                return;
            };
            visit.leave(&parent);
            current = parent;
        }
    }
}

//! Addresses that name nothing are answered in words, as pages.

use crate::support::desk_of_today;

#[test]
fn an_address_that_names_nothing_says_so_on_a_page() {
    let desk = desk_of_today();
    let link = desk.link(desk.editor);
    let served = desk.serve();
    let me = served.enter(&link);
    for (path, status, words) in [
        ("/claims/abc", 404, "There is no such"),
        ("/claims/99999999999999999999", 404, "There is no such"),
        ("/captures/0", 404, "There is no such"),
        ("/log?before=abc", 400, "after ?"),
    ] {
        let answer = me.get(path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body.contains("<h1>"), "{path}: {}", answer.body);
        assert!(answer.body.contains(words), "{path}: {}", answer.body);
    }
}

//! Mistakes about sources, their snapshots and captures.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;

use super::are_told;
use crate::http::api::{Client, json as read};
use crate::support::desk_of_today;

/// `SHEET` stands for the fields of a sheet that are right.
const SOURCES: &str = r#"
POST /sources | {} | /title | missing
POST /sources | {"title": ""} | /title | empty
POST /sources | {"title": "a", "kind": "rumour"} | /kind | report
POST /sources | {"title": "a", "publisher": ""} | /publisher | empty
POST /sources | {"title": "a", "author": ""} | /author | empty
POST /sources | {"title": "a", "published": "soon"} | /published | date
POST /sources | {"title": "a", "directness": "third"} | /directness | primary
POST /sources | {"title": "a", "grade": {"reliability": "G", "credibility": "2"}} | /grade/reliability | F
POST /sources | {"title": "a", "grade": {"reliability": "B", "credibility": "7"}} | /grade/credibility | 6
POST /sources | {"title": "a", "origin": ""} | /origin | empty
POST /sources | {"title": "a", "url": "x"} | /url | http
POST /sources | {"title": "a", "as_cited_by": 0} | /as_cited_by | from 1
POST /sources | {"title": "a", "colour": 1} | /colour | unknown
POST /sources | {"title": "a"} | /kind | missing
PUT /sources/1 | {"title": ""} | /title | empty
PUT /sources/1 | {SHEET, "as_cited_by": 1} | /as_cited_by | itself
PUT /sources/1/schedule | {} | /every | missing
PUT /sources/1/schedule | {"every": 0} | /every | 365
PUT /sources/1/schedule | {"every": 366} | /every | 365
"#;

const CAPTURES: &str = r#"
POST /sources/1/snapshots | {} | /content | missing
POST /sources/1/snapshots | {"content": {"utf8": ""}} | /content | text
POST /sources/1/snapshots | {"content": {"base64": "a"}} | /content/base64 | base64
POST /sources/1/snapshots | {"content": {"utf8": "a"}, "media_type": "pdf"} | /media_type | text/html
POST /sources/1/snapshots | {"content": {"utf8": "a"}, "file_name": ""} | /file_name | empty
POST /sources/1/snapshots | {"content": {"utf8": "a"}, "url": "x"} | /url | http
POST /sources/1/snapshots | {"content": {"utf8": "a"}, "notice": ""} | /notice | empty
POST /sources/1/captures | {"url": "x"} | /url | http
POST /sources/1/captures | {} | /url | address
POST /captures | {} | /url | missing
POST /captures | {"url": "ftp://x"} | /url | http
POST /captures/1/source | {} | /sheet | missing
POST /captures/1/source | {"sheet": {"title": ""}} | /sheet/title | empty
POST /captures/1/source | {"sheet": {SHEET}, "notice": ""} | /notice | empty
"#;

const SHEET: &str = r#""title": "a", "kind": "report", "publisher": "b", "directness": "primary",
"grade": {"reliability": "B", "credibility": "2"}"#;

#[test]
fn the_field_and_the_rule_of_a_source_are_told() {
    let desk = desk_of_today();
    desk.source("The register");
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let sheet = SHEET.replace('\n', " ");
    for table in [SOURCES, CAPTURES] {
        are_told(&me, "/sources/1", &table.replace("SHEET", &sheet));
    }
    served.end();
}

#[test]
fn what_is_wrong_with_a_file_that_is_sent_as_it_is_is_told() {
    let desk = desk_of_today();
    desk.source("The register");
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let plain = ("content-type", "text/plain");
    let bring = |path: &str, said: &str, body: &[u8]| {
        let headers = [plain, ("content-disposition", said)];
        let answer = me.bring(("POST", path), &headers, body);
        let field = read(&answer)["errors"][0]["field"].clone();
        (answer.status, field)
    };
    let named = "attachment; filename=\"a.txt\"";
    for path in ["/captures", "/sources/1/snapshots"] {
        let (status, field) = bring(path, "attachment", b"It opened.");
        assert_eq!(
            (status, field),
            (400, "Content-Disposition".into()),
            "{path}"
        );
        let (status, field) = bring(path, "attachment; filename=\"\"", b"It opened.");
        assert_eq!(
            (status, field),
            (400, "Content-Disposition".into()),
            "{path}"
        );
        assert_eq!(bring(path, named, b""), (422, "/content".into()), "{path}");
    }
    let (status, field) = bring("/sources/1/snapshots?url=x", named, b"It opened.");
    assert_eq!((status, field), (400, "/url".into()));
    let (status, field) = bring("/sources/1/snapshots?notice=", named, b"It opened.");
    assert_eq!((status, field), (400, "/notice".into()));
    served.end();
}

//! The list of the desk's files, held against what the desk serves; and claims
//! that programs bring in a table.

use std::collections::BTreeSet;

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::web::TABLE;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::support::desk_of_today;
use crate::support::http::Visitor;

/// Whether an address is that of a file: it ends as files do.
fn is_file(path: &str) -> bool {
    let ends = [
        ".csv", ".bib", ".json", ".jsonld", ".atom", ".ndjson", ".html", ".wacz", ".warc.gz",
        ".zip", ":search",
    ];
    ends.iter().any(|end| path.ends_with(end))
}

#[test]
fn the_list_has_every_file_with_its_media_type_and_for_whom_it_is() {
    let desk = desk_of_today();
    desk.published();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let editor = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let text = json!({ "title": "The bridge", "content": { "utf8": "It opened in 1932." } });
    let added = Client::new(&served.base, &editor).send(("POST", "/articles"), &[], &text);
    assert_eq!(added.status, 201, "{added:?}");
    let nobody = served.nobody();
    let list = read(&nobody.get("/api/v1/exports"));
    let items = list["items"].as_array().expect("files").clone();
    let field = |item: &Value, name: &str| item[name].as_str().expect("words").to_owned();
    for item in &items {
        let at = field(item, "at");
        let path = ["{claim}", "{article}", "{snapshot}", "{source}"]
            .iter()
            .fold(at.clone(), |path, part| path.replace(part, "1"));
        let path = match at.ends_with(":search") {
            true => format!("{path}?query=bridge"),
            false => path,
        };
        let own = [("authorization", token.as_str())];
        let answer = Visitor::nobody(&served.base).ask("GET", &path, &own);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let kind = answer.header("content-type").map(str::to_owned);
        assert_eq!(kind, Some(field(item, "media_type")), "{path}");
        let status = nobody
            .ask("GET", &path, &[("accept", "application/json")])
            .status;
        assert_eq!(status == 200, item["is_public"] == true, "{path}: {status}");
    }
    let listed: BTreeSet<String> = items
        .iter()
        .map(|item| field(item, "at"))
        .filter(|at| !at.starts_with("/schema/"))
        .collect();
    let served_files = TABLE
        .iter()
        .filter(|(method, path, _)| *method == "get" && is_file(path))
        .map(|(_, path, _)| (*path).to_owned());
    assert_eq!(listed, served_files.collect::<BTreeSet<_>>());
    served.end();
}

const TABLE_OF_CLAIMS: &str = "What was said,Who,quote,snapshot,stance\n\
    It rained in May.,Ana Example,It rained twice.,1,supports\n\
    it rained  in may.,,It snowed once.,1,refutes\n\
    It rained in May.,,,,\n\
    The tunnel under the river opened in 1971 for trains,,,,\n";
const MAP: &str = "map=statement%3DWhat%20was%20said,claimant%3DWho,quote%3Dquote,snapshot%3Dsnapshot,stance%3Dstance";
const CSV: [(&str, &str); 1] = [("content-type", "text/csv; charset=utf-8")];

#[test]
fn a_table_is_told_and_then_taken_in() {
    let desk = desk_of_today();
    desk.claim("The tunnel under the river opened in 1971 for trains.");
    let source = desk.source("The report");
    desk.snapshot(source, "It rained twice. It snowed once.");
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let import = |asked: &str, headers: &[(&str, &str)], table: &str| {
        let path = format!("/imports/claims?{asked}");
        me.bring(("POST", &path), headers, table.as_bytes())
    };
    let told = import(&format!("{MAP}&dry_run=true"), &CSV, TABLE_OF_CLAIMS);
    assert_eq!(told.status, 200, "{told:?}");
    let rows = json!([
        { "line": 2, "fate": "new" },
        { "line": 3, "fate": "more", "earlier": 2 },
        { "line": 4, "fate": "repeated", "earlier": 2 },
        { "line": 5, "fate": "alike", "like": 1, "share": read(&told)["rows"][3]["share"] },
    ]);
    assert_eq!(read(&told)["rows"], rows);
    assert_eq!(me.get("/claims/2").status, 404, "nothing was taken in");

    let key = [CSV[0], ("idempotency-key", "may")];
    let taken = import(MAP, &key, TABLE_OF_CLAIMS);
    assert_eq!(taken.status, 200, "{taken:?}");
    let rows = read(&taken)["rows"].clone();
    assert_eq!(
        rows[0],
        json!({ "line": 2, "fate": "new", "claim": 2, "citation": 1 })
    );
    assert_eq!(
        rows[1],
        json!({ "line": 3, "fate": "more", "earlier": 2, "claim": 2, "citation": 2 })
    );
    assert_eq!(rows[3]["claim"], Value::Null, "what is alike is left out");
    assert_eq!(import(MAP, &key, TABLE_OF_CLAIMS).body, taken.body);
    let claim = read(&me.get("/claims/2"));
    assert_eq!(claim["claimant"]["name"], "Ana Example");
    assert_eq!(claim["citations"].as_array().map(Vec::len), Some(2));
    assert_eq!(me.get("/claims/3").status, 404, "once under one key");

    let again = read(&import(&format!("{MAP}&alike=5"), &CSV, TABLE_OF_CLAIMS));
    assert_eq!(again["rows"][3]["claim"], 3, "{again}");
    assert_eq!(again["rows"][0]["fate"], "alike", "{again}");
    served.end();
}

#[test]
fn a_wrong_table_is_told_by_line_and_field_and_nothing_is_taken_in() {
    let desk = desk_of_today();
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let import = |asked: &str, table: &str| {
        let path = format!("/imports/claims?{asked}");
        me.bring(("POST", &path), &CSV, table.as_bytes())
    };
    let wrong = "claim,date,url\nIt rained.,2021,\n,2021,\nIt snowed.,soon,ftp://x\n";
    let cases = [
        ("", wrong, 422, "/3/statement", "empty"),
        (
            "",
            "claim,date\na,soon\n",
            422,
            "/2/appearance_date",
            "date",
        ),
        (
            "",
            "claim,url\na,ftp://x\n",
            422,
            "/2/appearance_url",
            "http",
        ),
        ("", "claim,role\na,mayor\n", 422, "/2/claimant", "name"),
        ("", "claim,quote\na,b\n", 422, "/2/quote", "snapshot"),
        ("", "claim,quote,snapshot\na,b,x\n", 422, "/2/snapshot", ""),
        ("", "claim,source\na,0\n", 422, "/2/source", ""),
        ("", "claim,stance\na,likes\n", 422, "/2/stance", "supports"),
        ("", "", 422, "", "empty"),
        ("", "no,names\n1,2\n", 422, "/map", "no, names"),
        ("map=statement", wrong, 422, "/map", "statement=NAME"),
        ("map=who=claim", wrong, 422, "/map", "choose of"),
        ("map=statement=text", wrong, 422, "/map", "no column 'text'"),
        ("alike=none", wrong, 400, "/alike", "all"),
        ("alike=0", wrong, 400, "/alike", "3,7"),
        ("dry_run=perhaps", wrong, 400, "/dry_run", "true"),
        ("keep_going=1", wrong, 400, "/keep_going", "true"),
        ("colour=red", wrong, 400, "/colour", "unknown"),
    ];
    for (asked, table, status, field, word) in cases {
        let answer = import(asked, table);
        let told = read(&answer);
        let cell = format!("{asked} {table}: {told}");
        assert_eq!(answer.status, status, "{cell}");
        assert_eq!(told["errors"][0]["field"], field, "{cell}");
        let rule = told["errors"][0]["rule"].as_str().unwrap_or_default();
        assert!(rule.contains(word), "{cell}");
    }
    assert_eq!(me.get("/claims/1").status, 404, "nothing was taken in");
    let told = read(&import("dry_run=true", wrong));
    let fields: Vec<&Value> = told["rows"][2]["wrong"]
        .as_array()
        .expect("what is wrong")
        .iter()
        .map(|cell| &cell["field"])
        .collect();
    assert_eq!(fields, ["appearance_url", "appearance_date"]);
    let kept = read(&import("keep_going=true", wrong));
    assert_eq!(kept["rows"][0]["claim"], 1, "{kept}");
    assert_eq!(kept["rows"][1]["fate"], "bad", "{kept}");
    assert_eq!(me.get("/claims/2").status, 404, "bad rows are left out");

    let json = [("content-type", "application/json")];
    let bare = me.bring(("POST", "/imports/claims"), &json, b"{}");
    assert_eq!(bare.status, 415, "{bare:?}");
    assert_eq!(read(&bare)["type"], "urn:citekeep:problem:not-csv");
    let large = "a".repeat((5 << 20) + 1);
    assert_eq!(import("", &large).status, 413);
    served.end();
}

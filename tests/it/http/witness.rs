//! `citekeep witness` as a program, a desk that is a witness, and a desk that
//! is watched by one.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use citekeep::ledger::cosignature::{self, CosignerKey};
use citekeep::ledger::note::Note;
use citekeep::ledger::policy::Policy;
use citekeep::ledger::submission::write;
use citekeep::ledger::tree::MemoryNodes;

use crate::ledger::cosignatures::log;
use crate::ledger::submissions::{brought, note_by, tree};
use crate::support::http::{Answer, Visitor, texts};
use crate::support::program::{Program, citekeep, citekeep_with};
use crate::support::{check, desk_of_today};

/// A witness that runs, with its key.
struct Running {
    program: Program,
    visitor: Visitor,
    key: CosignerKey,
}

fn witness(data: &Path, log: &str) -> Running {
    let arguments = ["witness", "--log", log, "--name", "witness.example/w1"];
    let mut program = citekeep(data, &arguments);
    let base = program.address();
    let key = program.line_with("witness.example/w1+");
    Running {
        program,
        visitor: Visitor::nobody(&base),
        key: key.trim().parse().expect("a verifier key"),
    }
}

fn bring(visitor: &Visitor, body: &[u8]) -> Answer {
    visitor.bring(("POST", "/add-checkpoint"), &[], body)
}

/// Whether an answer cosigns the checkpoint of what was brought.
fn cosigns(answer: &Answer, body: &str, key: &CosignerKey) -> bool {
    let (_, note) = body.split_once("\n\n").expect("a checkpoint");
    let message = format!("{note}{}", answer.body);
    let note = Note::parse(&message).expect("a note");
    cosignature::verify(&note, key).is_ok()
}

#[test]
fn a_witness_cosigns_what_grows_and_remembers_it_after_a_power_cut() {
    let dir = tempfile::tempdir().expect("a directory");
    let nodes = tree(40, "leaf");
    let mut running = witness(dir.path(), &log().verifier().to_string());
    let first = brought(&nodes, 0, 7);
    let answer = bring(&running.visitor, first.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(cosigns(&answer, &first, &running.key));
    let second = brought(&nodes, 7, 30);
    assert_eq!(bring(&running.visitor, second.as_bytes()).status, 200);

    // The answer to the second never came; the log asks the same again.
    running.program.kill();
    let key = running.key.clone();
    let again = witness(dir.path(), &log().verifier().to_string());
    assert_eq!(again.key, key, "it keeps its key");
    let answer = bring(&again.visitor, second.as_bytes());
    assert_eq!((answer.status, answer.body.as_str()), (409, "30\n"));
    assert_eq!(answer.header("content-type"), Some("text/x.tlog.size"));
    let same = brought(&nodes, 30, 30);
    let answer = bring(&again.visitor, same.as_bytes());
    assert_eq!(answer.status, 200);
    assert!(cosigns(&answer, &same, &key));

    // Neither an older tree nor another one is cosigned.
    let forked = tree(40, "other");
    for (body, status) in [
        (brought(&nodes, 0, 7), 409),
        (brought(&forked, 30, 30), 409),
        (brought(&forked, 30, 40), 422),
        (write(30, &[], &note_by(&log(), &nodes, 20)), 400),
        (brought(&nodes, 30, 40), 200),
    ] {
        assert_eq!(bring(&again.visitor, body.as_bytes()).status, status);
    }
    #[cfg(unix)]
    for file in ["witness.key", "cosigned"] {
        use std::os::unix::fs::PermissionsExt;
        let found = fs::metadata(dir.path().join("witness").join(file)).expect("a file");
        assert_eq!(found.permissions().mode() & 0o777, 0o600, "{file}");
    }
}

#[test]
fn two_at_once_never_get_two_histories() {
    let dir = tempfile::tempdir().expect("a directory");
    let running = witness(dir.path(), &log().verifier().to_string());
    // From their second half on the two logs part.
    let [nodes, forked] = ["leaf", "other"].map(|tail| tree(60, tail));
    let first = brought(&nodes, 0, 30);
    assert_eq!(bring(&running.visitor, first.as_bytes()).status, 200);
    let ask = |nodes: &MemoryNodes, size| {
        let body = brought(nodes, 30, size);
        let visitor = running.visitor.clone();
        thread::spawn(move || (bring(&visitor, body.as_bytes()).status, size))
    };
    // Sixteen at once, all from the same size, half of them of another history.
    let asked: Vec<_> = (0..16)
        .map(|at| ask(if at % 2 == 0 { &nodes } else { &forked }, 31 + at))
        .collect();
    let answers = asked
        .into_iter()
        .map(|asked| asked.join().expect("an answer"));
    let answers: Vec<(u16, u64)> = answers.collect();
    let cosigned: Vec<_> = answers
        .iter()
        .filter(|(status, _)| *status == 200)
        .collect();
    assert_eq!(cosigned.len(), 1, "{answers:?}");
    assert!(
        answers
            .iter()
            .all(|(status, _)| matches!(status, 200 | 409))
    );
    // What it remembers is the one that it cosigned.
    let told = bring(&running.visitor, first.as_bytes()).body;
    assert_eq!(told, format!("{}\n", cosigned[0].1));
}

#[test]
fn hostile_bodies_are_refused_each_with_its_status() {
    let dir = tempfile::tempdir().expect("a directory");
    let running = witness(dir.path(), &log().verifier().to_string());
    let nodes = tree(40, "leaf");
    let good = brought(&nodes, 0, 7);
    let lines = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".repeat(64);
    let stranger = good.replace("\nlog.example/desk\n", "\nlog.example/other\n");
    let unsigned = good.replace("\n7\n", "\n8\n");
    for (case, body, status) in [
        ("nothing", Vec::new(), 400),
        ("huge", vec![b'a'; 8 << 20], 413),
        ("no_proof_and_no_checkpoint", b"old 0\n\n".to_vec(), 400),
        (
            "not_ascii",
            good.replace("old 0", "old \u{660}").into_bytes(),
            400,
        ),
        (
            "not_utf_8",
            [b"old 0\n\n\xff\xfe", good.as_bytes()].concat(),
            400,
        ),
        (
            "many_lines",
            good.replacen('\n', &format!("\n{lines}"), 1).into_bytes(),
            400,
        ),
        ("another_log", stranger.into_bytes(), 404),
        ("not_signed", unsigned.into_bytes(), 403),
        (
            "a_proof_of_nothing",
            good.replacen('\n', &format!("\n{}", &lines[..45]), 1)
                .into_bytes(),
            422,
        ),
        ("the_good_one", good.clone().into_bytes(), 200),
    ] {
        assert_eq!(bring(&running.visitor, &body).status, status, "{case}");
    }
    assert_eq!(running.visitor.get("/add-checkpoint").status, 404);
    assert_eq!(running.visitor.get("/").status, 404);
}

#[test]
fn what_a_witness_cannot_begin_with() {
    let dir = tempfile::tempdir().expect("a directory");
    let vkey = log().verifier().to_string();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_citekeep"));
        command
            .arg("witness")
            .args(arguments)
            .arg("--data")
            .arg(dir.path());
        let said = command
            .args(["--listen", "127.0.0.1:0"])
            .output()
            .expect("it runs");
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        (said.status.code(), words)
    };
    let (code, words) = run(&["--name", "w.example"]);
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("there is no log to witness"), "{words}");
    let (code, words) = run(&["--log", &vkey]);
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("a witness needs a name"), "{words}");
    let (code, words) = run(&["--log", "log.example+00000000+AAAA"]);
    assert_eq!(code, Some(2), "{words}");

    let mut running = witness(dir.path(), &vkey);
    let (code, words) = run(&["--log", &vkey]);
    assert_eq!(code, Some(3), "{words}");
    assert!(words.contains("another program witnesses"), "{words}");
    let body = brought(&tree(40, "leaf"), 0, 7);
    assert_eq!(bring(&running.visitor, body.as_bytes()).status, 200);
    running.program.kill();
    let (code, words) = run(&["--log", &vkey, "--name", "other.example"]);
    assert_eq!(code, Some(2), "{words}");
    assert!(words.contains("leave its name as it is"), "{words}");
    // Somebody makes it forget, in the file or by its key.
    let record = dir.path().join("witness/cosigned");
    let kept = fs::read_to_string(&record).expect("a record");
    for spoilt in [kept.replace("\n7\n", "\n6\n"), kept.trim_end().to_owned()] {
        fs::write(&record, spoilt).expect("written");
        let (code, words) = run(&["--log", &vkey]);
        assert_eq!(code, Some(3), "{words}");
    }
    fs::write(&record, kept).expect("written");
    fs::remove_file(dir.path().join("witness/witness.key")).expect("a key");
    let (code, words) = run(&["--log", &vkey, "--name", "w.example"]);
    assert_eq!(code, Some(3), "{words}");
    assert!(words.contains("what this witness remembers"), "{words}");
}

/// Asks until there is something, or twenty seconds have passed.
fn wait_for(visitor: &Visitor, path: &str) -> Answer {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = visitor.get(path);
        if answer.status == 200 || Instant::now() > end {
            return answer;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_desk_is_cosigned_by_the_desk_of_a_friend() {
    // The friend's desk is a witness beside its other work.
    let (own, friend) = (desk_of_today(), desk_of_today());
    let vkey = own.desk.verifier_key();
    let admin = own.join(citekeep::domain::person::Role::Admin);
    let link = own.link(admin);
    let (own, friend) = (own.close(), friend.close());
    let config = format!("[witnessing]\nlogs = [{vkey:?}]\nname = \"friend.example/witness\"\n");
    let mut program = citekeep_with(&friend.data, &config);
    let base = program.address();
    let place = base.trim_start_matches("http://").to_owned();
    let key = fs::read_to_string(friend.data.join("witness/witness.key")).expect("a key");
    let key: cosignature::CosigningKey = key.trim().parse().expect("a key");
    let config = format!(
        "[fetch]\nallow = [{place:?}]\n[[witness]]\naddress = \"{base}/witness\"\nvkey = \"{}\"\n",
        key.verifier()
    );
    let mut served = citekeep_with(&own.data, &config);
    let base = served.address();
    let nobody = Visitor::nobody(&base);
    let cosigned = wait_for(&nobody, "/log/cosigned");
    assert_eq!(cosigned.status, 200, "nobody cosigned");
    let policy = nobody.get("/log/policy");
    assert_eq!(
        policy.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let read: Policy = policy.body.parse().expect("a policy");
    let judged = read
        .judge(&cosigned.body)
        .expect("a checkpoint of the desk");
    assert!(judged.is_enough, "{}", policy.body);
    assert!(judged.cosigned.contains_key("friend.example/witness"));
    let about = nobody.get("/about").body;
    assert!(about.contains("friend.example/witness") && about.contains("/log/policy"));

    let me = Visitor::enter(&base, &link);
    let page = me.get("/settings/witnesses");
    assert_eq!(texts(&page, "td .badge"), ["cosigns"]);
    assert!(page.body.contains("friend.example/witness"));
    // The log grew since, and the newest checkpoint is shown at once.
    let newest = nobody.get("/log/checkpoint");
    assert_eq!(newest.status, 200);
    assert!(newest.body.starts_with("test.example/desk\n"));
    drop((served, program));
    let report = check(&own.data);
    assert_eq!((report.findings, report.witnesses), (Vec::new(), 1));
    let file = own.data.with_extension("policy");
    let asks_for_two = policy
        .body
        .replace("all-witnesses 1 ", "all-witnesses 2 second ");
    let second = crate::ledger::cosignatures::witness(2).verifier();
    let asks_for_two = format!("witness second {second}\n{asks_for_two}");
    for (text, code, words) in [
        (
            policy.body.as_str(),
            0,
            "is cosigned by friend.example/witness",
        ),
        (asks_for_two.as_str(), 1, "WRONG too_few_cosignatures"),
        ("quorum none", 2, "check that nothing was cut off"),
    ] {
        fs::write(&file, text).expect("written");
        let said = verify_with(&own.data, &file);
        assert_eq!(said.0, Some(code), "{}", said.1);
        assert!(said.1.contains(words), "{}", said.1);
    }
}

/// What `verify` says with a policy: its exit code and its words.
fn verify_with(data: &Path, policy: &Path) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_citekeep"));
    command
        .args(["verify", "--data"])
        .arg(data)
        .arg("--policy")
        .arg(policy);
    let said = command.output().expect("it runs");
    let words = [said.stdout, said.stderr].concat();
    (
        said.status.code(),
        String::from_utf8_lossy(&words).into_owned(),
    )
}

#[test]
fn a_desk_that_witnesses_for_nobody_says_so() {
    let served = desk_of_today().serve();
    let body = brought(&tree(40, "leaf"), 0, 7);
    let nobody = served.nobody();
    let asked = nobody.bring(("POST", "/witness/add-checkpoint"), &[], body.as_bytes());
    assert_eq!(asked.status, 404);
    // Without a witness nobody is asked for, and the log's own word is enough.
    assert!(nobody.get("/log/policy").body.ends_with("quorum none\n"));
    let cosigned = nobody.get("/log/cosigned");
    assert_eq!(cosigned.body, nobody.get("/log/checkpoint").body);
    served.end();
}

//! A provider that others wrote (oidc-provider-mock, over Authlib): its documents,
//! its keys of RSA and its tokens, from the button to the way out.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use citekeep::domain::person::Role;
use url::Url;

use crate::support::desk_of_today;
use crate::support::http::Visitor;
use crate::support::program::Program;
use crate::support::python::installed;

const SCRIPT: &str = r#"
import os, sys, warnings
warnings.simplefilter("ignore")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
sys.path.insert(0, sys.argv[1])
import oidc_provider_mock
from oidc_provider_mock import User
from werkzeug.serving import make_server
claims = {"email": "kim@newsroom.example", "email_verified": True, "name": "Kim"}
app = oidc_provider_mock.app(require_nonce=True, user_claims=[User(sub="kim", claims=claims)])
server = make_server("127.0.0.1", 0, app, threaded=True)
print("the provider listens at", server.server_port, flush=True)
server.serve_forever()
"#;

/// Starts the provider; where it listens.
fn provider() -> (Program, String) {
    let mut command = Command::new("python3");
    command.args(["-c", SCRIPT]).arg(installed("oidc"));
    let mut program = Program::start(&mut command);
    let line = program.line_with("the provider listens at");
    let port = line.trim().rsplit(' ').next().expect("a port").to_owned();
    (program, format!("http://127.0.0.1:{port}"))
}

#[test]
fn somebody_comes_in_by_a_provider_of_others_and_goes_out_there_too() {
    let (_program, issuer) = provider();
    let desk = desk_of_today();
    let (admin, kim) = (desk.join(Role::Admin), desk.join(Role::Researcher));
    let kim = kim.byline().expect("a person").person;
    let link = desk.link(admin);
    let secret = desk.data().with_extension("secret");
    fs::write(&secret, "hush").expect("written");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("private");
    // It does not say when somebody showed who they are.
    let config = format!(
        "[[sign_in.provider]]\nname = \"mock\"\nlabel = \"Mock\"\nissuer = \"{issuer}\"\n\
         client_id = \"desk\"\nsecret = \"{}\"\nplain_http = true\nauth_time = false\n\
         domains = [\"newsroom.example\"]\n",
        secret.display()
    );
    let served = desk.close().serve_with(&config);
    let admin = served.enter(&link);
    let named = [("address", "kim@newsroom.example")];
    let named = admin.post(&format!("/people/{kim}/addresses"), &named);
    assert_eq!(named.status, 303, "{}", named.body);
    let begun = served.nobody().post("/sign-in/mock/start", &[]);
    let cookie = begun.cookie("citekeep-way").expect("a cookie");
    let lead = begun.header("refresh").expect("a way on");
    let there = lead
        .strip_prefix(&format!("0;url={issuer}"))
        .expect("to the provider");
    let chosen = Visitor::nobody(&issuer).post(there, &[("sub", "kim")]);
    let back = chosen.location.expect("a way back");
    let path = back.strip_prefix(&served.base).expect("to the desk");
    let come = served.nobody().ask("GET", path, &[("cookie", &cookie)]);
    assert_eq!(come.location.as_deref(), Some("/claims"), "{}", come.body);
    let me = served.nobody().with_session_of(&come);
    assert!(me.get("/me/security").body.contains("by Mock"));
    // It cannot be asked for proofs, and coming in by it is none.
    let grave = me.post("/me/sessions/end", &[]);
    assert!(
        grave
            .body
            .contains("There is nothing yet that you could show"),
        "{}",
        grave.body
    );
    let out = me.post("/sign-out", &[]);
    let lead = out.header("refresh").expect("a way on").to_owned();
    let url = Url::parse(lead.strip_prefix("0;url=").expect("at once")).expect("an address");
    let page =
        Visitor::nobody(&issuer).get(&format!("{}?{}", url.path(), url.query().expect("pairs")));
    assert_eq!(page.status, 200, "{}", page.body);
    served.end();
}

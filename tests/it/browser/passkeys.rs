//! Two reviewers register passkeys in a real browser, sign a verdict and its
//! approval, and strangers see it.

use serde_json::json;

use citekeep::desk::settings;
use citekeep::domain::passkey::SigningRule;
use citekeep::domain::person::Role;

use crate::support::{check, desk_of_today};

use super::driver::Browser;

/// Lets the browser have a security key of its own, whose owner is always there
/// and always recognised.
async fn plug_in(browser: &Browser) {
    browser.devtools("WebAuthn.enable", json!({})).await;
    let options = json!({ "options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "isUserVerified": true,
        "automaticPresenceSimulation": true,
    } });
    browser
        .devtools("WebAuthn.addVirtualAuthenticator", options)
        .await;
}

/// Comes in by a link and registers a passkey.
async fn come_in(browser: &Browser, base: &str, link: &str, name: &str) {
    browser.goto(&format!("{base}/enter/{link}")).await;
    browser.press("Sign in as").await;
    browser.goto(&format!("{base}/me")).await;
    browser.fill("passkey", name).await;
    browser.press("Register a passkey").await;
    browser.press("Make the passkey").await;
    browser.sees("Keep these fingerprints").await;
    browser.sees(name).await;
}

async fn sign(browser: &Browser) {
    browser.sees("Nothing is saved before you sign.").await;
    browser.press("Sign with your passkey").await;
}

#[tokio::test]
async fn a_verdict_and_its_approval_are_signed_and_strangers_see_it() {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin);
    settings::set_signing(&desk.desk, admin, SigningRule::Required).expect("the rule is set");
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, "The bridge was opened in 1932.");
    desk.cite(claim, snapshot, "The bridge was opened in 1932.");
    let [first, second, editor] =
        [desk.reviewer, desk.second, desk.editor].map(|person| desk.link(person));
    let served = desk.serve();
    // Passkeys are made for names, and this is the machine's own.
    let base = served.base.replace("127.0.0.1", "localhost");
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;
    plug_in(&browser).await;

    come_in(&browser, &base, &first, "Blue key").await;
    let page = format!("{base}/claims/{claim}");
    browser.goto(&page).await;
    browser.choose("rating", "Mostly true").await;
    browser.fill("rationale", "The report says so.").await;
    browser.press("Sign the verdict").await;
    sign(&browser).await;
    browser.sees("Signed by the reviewer’s passkey").await;
    browser.press("Sign out").await;

    come_in(&browser, &base, &second, "Green key").await;
    browser.goto(&page).await;
    browser.fill("opinion", "Read against the report.").await;
    browser.press("Sign the approval").await;
    sign(&browser).await;
    browser.sees("Signed by their passkey").await;
    browser.press("Sign out").await;

    browser.goto(&format!("{base}/enter/{editor}")).await;
    browser.press("Sign in as").await;
    browser.goto(&page).await;
    browser.press("Publish the verdict").await;
    browser.press("Sign out").await;
    browser.goto(&format!("{base}/published/{claim}")).await;
    browser.sees("Signed by the reviewer’s passkey").await;
    browser.sees("Signed by their passkey").await;
    browser.end().await;

    let report = check(&served.data);
    assert_eq!(report.signatures, 2);
    served.end();
}

#[tokio::test]
async fn a_passkey_signs_its_owner_in_without_a_name_or_a_password() {
    let desk = desk_of_today();
    let link = desk.link(desk.editor);
    let served = desk.serve();
    let base = served.base.replace("127.0.0.1", "localhost");
    let profile = tempfile::tempdir().expect("a directory");
    let browser = Browser::with_scripts(profile.path()).await;
    plug_in(&browser).await;
    come_in(&browser, &base, &link, "Blue key").await;
    browser.sees("It lets you in.").await;
    browser.press("Sign out").await;
    browser
        .goto(&format!("{base}/sign-in?next=/me/security"))
        .await;
    browser.press("Sign in with a passkey").await;
    browser.sees("with a passkey, since").await;
    browser.end().await;
    served.end();
}

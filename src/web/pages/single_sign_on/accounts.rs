//! Accounts at providers, as people's own pages and those for admins list them,
//! and how somebody lets go of one of their own.

use actix_web::{HttpRequest, web};

use crate::desk::sign_in;
use crate::desk::single_sign_on::Provider;
use crate::desk::{Desk, DeskError};
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::local::provider_accounts::ProviderAccount;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::render::{Answer, see};
use crate::web::state::App;
use crate::web::whence;

/// An account as pages list it.
pub(in crate::web::pages) struct AccountLine {
    pub(in crate::web::pages) id: i64,
    /// The provider's name; its issuer where it is not configured any more.
    pub(in crate::web::pages) provider: String,
    pub(in crate::web::pages) called: String,
    pub(in crate::web::pages) since: Timestamp,
    pub(in crate::web::pages) used_at: Option<Timestamp>,
}

/// A provider as pages offer it.
pub(in crate::web) struct ProviderLine {
    pub(in crate::web) name: String,
    pub(in crate::web) label: String,
}

/// What providers have to do with somebody.
pub(in crate::web::pages) struct Accounts {
    pub(in crate::web::pages) linked: Vec<AccountLine>,
    pub(in crate::web::pages) addresses: Vec<String>,
    pub(in crate::web::pages) providers: Vec<ProviderLine>,
}

impl ProviderLine {
    fn new(provider: &Provider) -> Self {
        Self {
            name: provider.name.clone(),
            label: provider.label.clone(),
        }
    }

    /// The providers of a desk, in the order of the configuration.
    pub(in crate::web) fn all(desk: &Desk) -> Vec<Self> {
        let providers = desk.single_sign_on().providers();
        providers.map(Self::new).collect()
    }

    /// Those that can be asked whether it is somebody: with an account that is
    /// linked to them.
    pub(in crate::web) fn provers(desk: &Desk, person: PersonId) -> Result<Vec<Self>, DeskError> {
        let linked = sign_in::linked(desk, person)?.accounts;
        let can = |provider: &&Provider| {
            let is_of_it = |account: &ProviderAccount| account.issuer == provider.issuer;
            provider.tells_time && linked.iter().any(is_of_it)
        };
        let providers = desk.single_sign_on().providers();
        Ok(providers.filter(can).map(Self::new).collect())
    }
}

impl Accounts {
    /// Those of a person.
    pub(in crate::web::pages) fn of(desk: &Desk, person: PersonId) -> Result<Self, DeskError> {
        let found = sign_in::linked(desk, person)?;
        let line = |account: ProviderAccount| AccountLine {
            id: account.id,
            provider: provider_name(desk, &account.issuer),
            called: account.called,
            since: account.since,
            used_at: account.used_at,
        };
        Ok(Self {
            linked: found.accounts.into_iter().map(line).collect(),
            addresses: found.addresses,
            providers: ProviderLine::all(desk),
        })
    }
}

/// A provider's name on pages; its issuer where it is not configured any more.
pub(in crate::web::pages) fn provider_name(desk: &Desk, issuer: &str) -> String {
    let found = desk.single_sign_on().of_issuer(issuer);
    found.map_or_else(|| issuer.to_owned(), |provider| provider.label.clone())
}

pub(in crate::web) async fn unlink(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    account: web::Path<i64>,
    _: Fields,
) -> Answer {
    let whence = whence::of(&app, &request);
    app.desk(move |desk| sign_in::unlink(desk, &me.0, *account, whence))
        .await?;
    app.live().sessions_changed();
    see("/me#accounts")
}

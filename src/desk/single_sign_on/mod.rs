//! Single sign-on by OpenID Connect: the newsroom's own provider says who
//! somebody is (authorization code flow with PKCE).
//!
//! What happens here asks the provider and believes what it sends, or not; whom
//! the desk takes somebody for is `sign_in/by_provider.rs`.

mod exchange;
mod flow;
mod keys;
mod known;
mod metadata;
mod provider;
mod signature;
mod token;
mod trouble;

pub use self::flow::{Purpose, WAITS};
pub use self::keys::Keys;
pub use self::metadata::{Metadata, read as read_metadata};
pub use self::provider::{MOST, Provider, Secret};
pub use self::token::{Expected, Identity, check};
pub use self::trouble::{Trouble, Untrusted};

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use crate::capture::fetch::Fetcher;
use crate::domain::account::SecondFactorAt;

use super::Desk;

use self::exchange::Tokens;
use self::flow::{Flow, Flows};
use self::known::Known;

/// How many are asked for at providers at the same time: strangers begin it.
const AT_ONCE: usize = 16;
/// No longer code of a provider is taken, in bytes.
const LONGEST_CODE: usize = 4_096;

/// The providers of a desk.
#[derive(Default)]
pub struct SingleSignOn {
    providers: Vec<(Provider, Known)>,
    way: Option<Way>,
}

/// How they are asked, where there are any.
struct Way {
    post: Arc<Fetcher>,
    flows: Flows,
    room: Semaphore,
}

/// A provider, and how it is asked.
#[derive(Clone, Copy)]
struct Asked<'a> {
    provider: &'a Provider,
    about: &'a Known,
    way: &'a Way,
}

/// Where somebody is sent, and what their browser keeps until they return.
pub struct Sent {
    /// The provider's address.
    pub address: Url,
    /// What the browser keeps in a cookie.
    pub kept: String,
}

/// What a browser brings back from a provider.
#[derive(Default)]
pub struct Return {
    /// The provider that its address names.
    pub provider: String,
    /// What the browser kept.
    pub kept: String,
    /// What the provider says again.
    pub state: String,
    /// What tokens are bought with.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// How the provider names itself.
    pub issuer: Option<String>,
}

/// Somebody whom a provider named. It holds their token, so that it is not shown.
pub struct Arrived {
    /// The provider.
    pub provider: Provider,
    /// Whom it named.
    pub identity: Identity,
    /// The ID token, which the provider wants to see again when they sign out.
    pub hint: String,
    /// What they were sent for.
    pub purpose: Purpose,
    /// What the browser was given when somebody signed in there before.
    pub known: Option<String>,
}

impl Arrived {
    /// Whether the provider is believed to have asked for a second factor.
    pub(super) fn showed_two(&self) -> bool {
        let Identity { means, class, .. } = &self.identity;
        match self.provider.second_factor {
            SecondFactorAt::Believed => true,
            SecondFactorAt::Own => false,
            SecondFactorAt::Said => {
                let is_named = |class: &String| self.provider.acr.contains(class);
                means.iter().any(|means| means == "mfa") || class.as_ref().is_some_and(is_named)
            }
        }
    }
}

impl SingleSignOn {
    /// The providers, in the order of the configuration.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.providers.iter().map(|(provider, _)| provider)
    }

    /// The provider of an issuer.
    pub fn of_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.providers().find(|provider| provider.issuer == issuer)
    }

    fn find(&self, name: &str) -> Result<Asked<'_>, Trouble> {
        let mut all = self.providers.iter();
        let found = all.find(|(provider, _)| provider.name == name);
        match (found, &self.way) {
            (Some((provider, about)), Some(way)) => Ok(Asked {
                provider,
                about,
                way,
            }),
            _ => Err(Trouble::NoProvider),
        }
    }
}

impl<'a> Asked<'a> {
    /// Room for one more who asks.
    fn room(&self) -> Result<SemaphorePermit<'a>, Trouble> {
        self.way.room.try_acquire().map_err(|_| Trouble::Resting)
    }

    /// What the provider says of itself.
    async fn metadata(&self, desk: &Desk) -> Result<Arc<Metadata>, Trouble> {
        let by = (desk, &*self.way.post);
        self.about.metadata(by, self.provider).await
    }

    /// Its keys.
    async fn keys(&self, desk: &Desk, anew: bool) -> Result<Arc<Keys>, Trouble> {
        let by = (desk, &*self.way.post);
        self.about.keys(by, self.provider, anew).await
    }
}

impl Desk {
    /// The same desk, to which providers let people in; `post` asks them.
    #[must_use]
    pub fn with_providers(mut self, providers: Vec<Provider>, post: Arc<Fetcher>) -> Self {
        let known = |provider| (provider, Known::default());
        self.single_sign_on = Arc::new(SingleSignOn {
            providers: providers.into_iter().map(known).collect(),
            way: Some(Way {
                post,
                flows: Flows::new(&*self.world.rng),
                room: Semaphore::new(AT_ONCE),
            }),
        });
        self
    }

    /// The providers that let people in.
    pub fn single_sign_on(&self) -> &SingleSignOn {
        &self.single_sign_on
    }
}

/// The address to which a provider sends people back.
fn back(base: &str, provider: &Provider) -> String {
    format!("{base}/sign-in/{}/return", provider.name)
}

/// Sends somebody to a provider.
///
/// # Errors
/// When there is no such provider, it does not answer, or what it says of
/// itself is not believed.
pub async fn begin(
    desk: &Desk,
    base: &str,
    name: &str,
    (purpose, known): (Purpose, Option<String>),
) -> Result<Sent, Trouble> {
    let asked = desk.single_sign_on.find(name)?;
    let provider = asked.provider;
    let is_proof = matches!(purpose, Purpose::Prove(_));
    if is_proof && !provider.tells_time {
        return Err(Trouble::NoProvider);
    }
    let _room = asked.room()?;
    let metadata = asked.metadata(desk).await?;
    let mut flow = Flow::new(desk, name, purpose);
    flow.known = known;
    let mut address = metadata.authorization.clone();
    let longest = desk.policy().whole / 1_000;
    ask(
        &mut address,
        provider,
        &flow,
        (&back(base, provider), longest),
    );
    Ok(Sent {
        address,
        kept: asked.way.flows.seal(desk, &flow),
    })
}

/// Writes the question into the address.
fn ask(address: &mut Url, provider: &Provider, flow: &Flow, (back, longest): (&str, i64)) {
    let scope = match provider.join {
        Some(_) => "openid email profile",
        None => "openid email",
    };
    let mut pairs = address.query_pairs_mut();
    pairs
        .append_pair("response_type", "code")
        .append_pair("scope", scope)
        .append_pair("client_id", &provider.client)
        .append_pair("redirect_uri", back)
        .append_pair("state", &flow.state)
        .append_pair("nonce", &flow.nonce)
        .append_pair("code_challenge", &flow.challenge())
        .append_pair("code_challenge_method", "S256");
    match flow.purpose {
        Purpose::Prove(_) | Purpose::EnterAnew(_) => {
            pairs.append_pair("prompt", "login");
            pairs.append_pair("max_age", "0");
        }
        Purpose::Enter(_) | Purpose::Link(_) if provider.tells_time => {
            pairs.append_pair("max_age", &longest.to_string());
        }
        Purpose::Enter(_) | Purpose::Link(_) => {}
    }
    if !provider.acr.is_empty() {
        pairs.append_pair("acr_values", &provider.acr.join(" "));
    }
    if let [domain] = provider.hosted.as_slice() {
        pairs.append_pair("hd", domain);
    }
}

/// In which browser a way was begun that comes back: what it was given when somebody
/// signed in there before, if anything. Nothing is used up, and nobody is asked.
///
/// # Errors
/// When no way was begun in it that fits: whoever follows an address that others
/// wrote does not get farther.
pub fn begun_in(desk: &Desk, brought: &Return) -> Result<Option<String>, Trouble> {
    let asked = desk.single_sign_on.find(&brought.provider)?;
    let flow = asked.way.flows.look(desk, &brought.kept, &brought.state);
    Ok(flow.ok_or(Trouble::NotBegun)?.known)
}

/// Takes somebody back from a provider: what the browser kept, what the
/// provider says in the address, and the tokens that it gives for the code.
///
/// # Errors
/// When any of it does not fit.
pub async fn come_back(desk: &Desk, base: &str, brought: Return) -> Result<Arrived, Trouble> {
    let asked = desk.single_sign_on.find(&brought.provider)?;
    let provider = asked.provider;
    let flow = asked.way.flows.open(desk, &brought.kept, &brought.state);
    let flow = flow.ok_or(Trouble::NotBegun)?;
    if flow.provider != provider.name {
        return Err(Trouble::MixedUp);
    }
    let _room = asked.room()?;
    let metadata = asked.metadata(desk).await?;
    match &brought.issuer {
        Some(issuer) if *issuer != provider.issuer => return Err(Trouble::MixedUp),
        None if metadata.names_itself => return Err(Trouble::MixedUp),
        _ => {}
    }
    if let Some(error) = &brought.error {
        return Err(Trouble::Refused(trouble::word(error)));
    }
    let is_usable = |code: &&String| (1..=LONGEST_CODE).contains(&code.len());
    let code = brought.code.as_ref().filter(is_usable);
    let code = code.ok_or(Trouble::Refused("invalid_request"))?;
    let back = back(base, provider);
    let price = (code.as_str(), flow.verifier.as_str(), back.as_str());
    let tokens = exchange::buy(&asked.way.post, provider, &metadata, price).await?;
    let believed = believe(desk, asked, (&flow, &tokens)).await;
    if let (Err(Trouble::Untrusted(Untrusted::Time)), Purpose::Enter(next)) =
        (&believed, &flow.purpose)
    {
        // A provider need not have asked them again (OpenID Connect Core, 3.1.2.1).
        return Err(Trouble::TooLongAgo(next.clone(), flow.known));
    }
    let identity = believed?;
    if !is_inside(provider, &identity) {
        return Err(Trouble::Outside);
    }
    Ok(Arrived {
        provider: provider.clone(),
        identity,
        hint: tokens.id,
        purpose: flow.purpose,
        known: flow.known,
    })
}

/// Whom the tokens name. A key that is not known yet may be a new one.
async fn believe(
    desk: &Desk,
    asked: Asked<'_>,
    (flow, tokens): (&Flow, &Tokens),
) -> Result<Identity, Trouble> {
    let provider = asked.provider;
    let now = desk.now().as_millis() / 1_000;
    let since = match flow.purpose {
        Purpose::Prove(_) | Purpose::EnterAnew(_) => Some(flow.begun / 1_000),
        Purpose::Enter(_) | Purpose::Link(_) if provider.tells_time => {
            Some(flow.begun / 1_000 - desk.policy().whole / 1_000)
        }
        Purpose::Enter(_) | Purpose::Link(_) => None,
    };
    let expected = Expected {
        issuer: &provider.issuer,
        client: &provider.client,
        nonce: &flow.nonce,
        access: tokens.access.as_deref(),
        claim: &provider.claim,
        now,
        shown_since: since,
    };
    let keys = asked.keys(desk, false).await?;
    let found = match token::check(&tokens.id, &keys, &expected) {
        Err(Untrusted::UnknownKey) => {
            let keys = asked.keys(desk, true).await?;
            token::check(&tokens.id, &keys, &expected)
        }
        found => found,
    };
    Ok(found?)
}

/// Whether an account is one of those that are let in.
fn is_inside(provider: &Provider, identity: &Identity) -> bool {
    let is_named = |names: &[String], value: Option<&str>| {
        let is_it = |name: &String| value.is_some_and(|value| name.eq_ignore_ascii_case(value));
        names.is_empty() || names.iter().any(is_it)
    };
    let email = identity.email.as_deref().filter(|_| identity.is_verified);
    let domain = email.and_then(|email| email.rsplit_once('@'));
    is_named(&provider.hosted, identity.hosted.as_deref())
        && is_named(&provider.tenants, identity.tenant.as_deref())
        && is_named(&provider.domains, domain.map(|(_, domain)| domain))
}

/// Where somebody signs out at the provider too by which they came in; nothing
/// where it has no such place, or cannot be asked.
pub async fn farewell(desk: &Desk, base: &str, (issuer, hint): (&str, &str)) -> Option<Url> {
    let here = desk.single_sign_on();
    let provider = here.of_issuer(issuer).filter(|found| found.signs_out)?;
    let asked = here.find(&provider.name).ok()?;
    let metadata = asked.metadata(desk).await.ok()?;
    let mut address = metadata.end_session.clone()?;
    let mut pairs = address.query_pairs_mut();
    // Recommended and not required (RP-Initiated Logout 1.0, section 2).
    if !hint.is_empty() {
        pairs.append_pair("id_token_hint", hint);
    }
    pairs
        .append_pair("client_id", &provider.client)
        .append_pair("post_logout_redirect_uri", &format!("{base}/sign-in"));
    drop(pairs);
    Some(address)
}

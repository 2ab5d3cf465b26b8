//! Ways in: how somebody came in, what may be asked of them, and what can
//! happen with their account.

use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::person::Role;

choice! {
    /// How somebody came in.
    Means {
        /// With a password alone.
        Password = "password" / "with a password",
        /// With a password and a code of an app.
        PasswordAndCode = "password_and_code" / "with a password and a code",
        /// With a password and a recovery code.
        PasswordAndRecovery = "password_and_recovery" / "with a password and a recovery code",
        /// With a passkey.
        Passkey = "passkey" / "with a passkey",
        /// With a link of an admin.
        Link = "link" / "with a sign-in link",
        /// With a link of an admin and a second factor.
        LinkAndFactor = "link_and_factor" / "with a sign-in link and a second factor",
        /// By a provider of single sign-on.
        Provider = "provider" / "by single sign-on",
        /// By a provider of single sign-on, with a second factor there or here.
        ProviderAndFactor = "provider_and_factor" / "by single sign-on and a second factor",
    }
}

choice! {
    /// Who must have a second factor.
    SecondFactorRule {
        /// Nobody; whoever wants one may have it.
        Optional = "optional" / "whoever wants one",
        /// Those who look after the desk.
        Admins = "admins" / "every admin",
        /// Everybody.
        Everyone = "everyone" / "everybody",
    }
}

impl SecondFactorRule {
    /// Whether somebody with a role must have a second factor.
    ///
    /// ```
    /// use citekeep::domain::account::SecondFactorRule;
    /// use citekeep::domain::person::Role;
    /// assert!(SecondFactorRule::Admins.binds(Role::Admin));
    /// assert!(!SecondFactorRule::Admins.binds(Role::Editor));
    /// ```
    pub fn binds(self, role: Role) -> bool {
        match self {
            Self::Optional => false,
            Self::Admins => role == Role::Admin,
            Self::Everyone => true,
        }
    }
}

choice! {
    /// Whether a provider of single sign-on is believed to have asked for a
    /// second factor.
    SecondFactorAt {
        /// Where it says so, in `amr` or by an `acr` that is named; else the desk
        /// asks for its own.
        Said = "said" / "where it says so",
        /// Always: the newsroom has set it up so that nobody comes in without.
        Believed = "believed" / "always",
        /// Never: the desk asks for its own, whatever the provider says.
        Own = "own" / "never",
    }
}

choice! {
    /// What happened with somebody's way in.
    Happening {
        /// Somebody signed in from a browser that was not known.
        NewBrowser = "new_browser" / "Signed in from a browser that was not known here",
        /// Somebody signed in after many wrong tries.
        AfterTries = "after_tries" / "Signed in after several wrong tries",
        /// Somebody got past the first step and was wrong many times with the second.
        HalfWayTries = "half_way_tries" / "Somebody gave the right password, or came by a link, and was wrong several times with the second factor",
        /// A password was chosen.
        PasswordChosen = "password_chosen" / "A sign-in name and a password were chosen",
        /// A link was made that signs in.
        LinkMade = "link_made" / "A new sign-in link was made, and sessions ended",
        /// Such a link was used.
        LinkUsed = "link_used" / "A sign-in link was used",
        /// Codes of an app are asked for from here on.
        CodesOn = "codes_on" / "Codes of an app were switched on",
        /// No codes are asked for any more.
        CodesOff = "codes_off" / "Codes of an app were switched off",
        /// A passkey lets in from here on.
        PasskeyOn = "passkey_on" / "A passkey was allowed to sign in",
        /// A passkey lets nobody in any more.
        PasskeyOff = "passkey_off" / "A passkey was no longer allowed to sign in",
        /// Recovery codes were made.
        RecoveryMade = "recovery_made" / "New recovery codes were made",
        /// A recovery code was used.
        RecoveryUsed = "recovery_used" / "A recovery code was used",
        /// All second factors were taken away.
        FactorsRemoved = "factors_removed" / "All second factors were removed",
        /// An account at a provider of single sign-on lets in from here on.
        ProviderLinked = "provider_linked" / "An account of single sign-on was linked",
        /// Such an account lets nobody in any more.
        ProviderUnlinked = "provider_unlinked" / "An account of single sign-on was unlinked",
        /// An address was named whose account is to be the person's.
        AddressNamed = "address_named" / "An address of single sign-on was named",
        /// Sessions were ended.
        SessionsEnded = "sessions_ended" / "Sessions were ended",
        /// The role changed.
        RoleChanged = "role_changed" / "The role at the desk was changed",
    }
}

//! Enums whose cases are fixed words in files, tables and forms.

/// A text that is none of the words allowed in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("choose one of: {allowed}")]
pub struct NotAChoice {
    /// The words that are allowed.
    pub allowed: &'static str,
}

/// Declares an enum whose cases are written as fixed words in files and forms.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal / $label:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$case_doc])* #[serde(rename = $word)] $case),* }

        impl $name {
            /// Every case, in the order in which forms offer them.
            pub const ALL: &'static [Self] = &[$(Self::$case),*];

            /// The word for files, tables and forms.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word),* }
            }

            /// The words that pages show.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$case => $label),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::choice::NotAChoice;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$case),)*
                    _ => Err($crate::domain::choice::NotAChoice {
                        allowed: concat!($($word, " "),*),
                    }),
                }
            }
        }
    };
}
pub(crate) use choice;

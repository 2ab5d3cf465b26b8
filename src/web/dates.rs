//! Moments and dates as this desk writes them, for templates and pages:
//! `crate::web::dates::written(at)`.

use crate::domain::sheet::Locale;
use crate::domain::time::{PartialDate, Timestamp};

use super::here;

/// What is written in one way or another.
pub(super) trait Written {
    /// The words for it.
    fn written(&self, locale: Locale) -> String;
}

impl Written for Timestamp {
    fn written(&self, locale: Locale) -> String {
        Self::written(*self, locale)
    }
}

impl Written for PartialDate {
    fn written(&self, locale: Locale) -> String {
        Self::written(self, locale)
    }
}

// Templates hand over references, and references to those.
impl<T: Written> Written for &T {
    fn written(&self, locale: Locale) -> String {
        T::written(self, locale)
    }
}

/// A moment or a date as the desk that is asked writes it.
pub(super) fn written(at: impl Written) -> String {
    at.written(here::locale())
}

//! What stands after the `?` of an address and cannot be read, told in plain
//! words: people see it where a link was cut or typed by hand.

use actix_web::error::QueryPayloadError;
use actix_web::web;

use super::problem::Problem;

/// Refuses what cannot be read, and says why.
pub(super) fn refusing() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| {
        let why = match &error {
            QueryPayloadError::Deserialize(error) => in_words(&error.to_string()),
            _ => "it cannot be read".to_owned(),
        };
        Problem::bad_request(format!(
            "the part of the address after ? is not right: {why}; leave that part out, or follow a link to this page"
        ))
        .into()
    })
}

/// What the libraries say, as people say it. What our own types say of their
/// values is written for people already.
fn in_words(error: &str) -> String {
    let named = error.split_once(" `").and_then(|(what, rest)| {
        let (name, _) = rest.split_once('`')?;
        Some((what, name))
    });
    match (error, named) {
        (_, Some(("unknown field", name))) => {
            format!("there is nothing to be said of “{name}” here")
        }
        (_, Some(("missing field", name))) => format!("it does not say “{name}”"),
        (_, Some(("duplicate field", name))) => format!("it says “{name}” twice"),
        (_, Some(("unknown variant", name))) => format!("“{name}” is none of the choices"),
        ("cannot parse integer from empty string", _) => "a number is missing in it".to_owned(),
        ("provided string was not `true` or `false`", _) => {
            "where it must say true or false it says something else".to_owned()
        }
        (_, _) if error.starts_with("invalid digit") || error.starts_with("invalid type") => {
            "where a whole number must stand, something else does".to_owned()
        }
        (_, _) if error.starts_with("number too") => {
            "a number in it is too large or too small".to_owned()
        }
        _ => error.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Newest,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read is looked at")]
    struct Asked {
        page: u8,
        order: Option<Order>,
        whole: Option<bool>,
    }

    #[test]
    fn what_cannot_be_read_is_told_in_plain_words() {
        for (query, words) in [
            (
                "page=abc",
                "where a whole number must stand, something else does",
            ),
            ("page=", "a number is missing in it"),
            ("page=300", "a number in it is too large or too small"),
            ("", "it does not say “page”"),
            ("page=1&page=2", "it says “page” twice"),
            (
                "page=1&size=2",
                "there is nothing to be said of “size” here",
            ),
            ("page=1&order=best", "“best” is none of the choices"),
            (
                "page=1&whole=yes",
                "where it must say true or false it says something else",
            ),
        ] {
            let error = web::Query::<Asked>::from_query(query).expect_err(query);
            let QueryPayloadError::Deserialize(error) = error else {
                unreachable!("{query}");
            };
            assert_eq!(in_words(&error.to_string()), words, "{query}");
        }
    }
}

//! Whether a claimant is a person or a body. The desk does not ask; schema.org
//! does, and knows nothing between the two.

use crate::domain::claim::Claimant;

use super::shape::Party;

/// Words that bodies have in their names, and people have not.
const BODIES: [&str; 34] = [
    "administration",
    "agency",
    "army",
    "assembly",
    "association",
    "authority",
    "bank",
    "bureau",
    "command",
    "commission",
    "committee",
    "company",
    "congress",
    "corporation",
    "council",
    "department",
    "foundation",
    "government",
    "group",
    "inc",
    "institute",
    "institution",
    "ltd",
    "ministry",
    "office",
    "organisation",
    "organization",
    "parliament",
    "party",
    "police",
    "senate",
    "society",
    "union",
    "university",
];

/// The claimant as a person with a job, or as a body with what it is.
pub(super) fn party(claimant: &Claimant) -> Party {
    let role = claimant.role.as_ref().map(ToString::to_string);
    let is_body = is_body(claimant.name.as_str());
    let (job_title, description) = if is_body { (None, role) } else { (role, None) };
    Party {
        kind: if is_body { "Organization" } else { "Person" },
        name: claimant.name.to_string(),
        job_title,
        description,
    }
}

/// Whether a name is that of a body: one of its words says so, or all of it is
/// an abbreviation, such as "NATO".
fn is_body(name: &str) -> bool {
    let is_short_for = name.chars().count() > 1 && name.chars().all(char::is_uppercase);
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    is_short_for || words.any(|word| BODIES.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: bool) {
        assert_eq!(is_body(name), expected, "{name}");
    }

    #[test]
    fn a_body_is_told_from_a_person_by_its_name() {
        check("The mayor", false);
        check("A. N. Other", false);
        check("Ministry of Works", true);
        check("United States Central Command", true);
        check("NATO", true);
        check("Bridge Company, Ltd.", true);
        check("J", false);
        check("شهردار", false);
    }
}

//! Initials of people, as desks write them beside what they checked.

use std::collections::BTreeMap;

use crate::domain::ids::PersonId;

/// Gives each person initials that nobody else has: `AR`, and `AR2` for the
/// next one whose name has the same.
pub(super) fn initials<'n>(
    people: impl Iterator<Item = (PersonId, &'n str)>,
) -> BTreeMap<PersonId, String> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let given = people.map(|(person, name)| {
        let letters = name.split_whitespace().filter_map(|word| {
            let letter = word.chars().find(|c| c.is_alphanumeric())?;
            Some(letter.to_uppercase().to_string())
        });
        let letters: String = letters.take(4).collect();
        let letters = if letters.is_empty() {
            format!("P{person}")
        } else {
            letters
        };
        let before = taken.entry(letters.clone()).or_default();
        *before += 1;
        let own = match *before {
            1 => letters,
            nth => format!("{letters}{nth}"),
        };
        (person, own)
    });
    given.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_share_initials_are_told_apart() {
        let names = ["Ada Rahimi", "anna  roth", "Émile de Zola", "李 明", "—"];
        let people = names.iter().zip(1..);
        let people = people.map(|(name, id)| (PersonId::new(id).expect("a number"), *name));
        let given: Vec<String> = initials(people).into_values().collect();
        assert_eq!(given, ["AR", "AR2", "ÉDZ", "李明", "P5"]);
    }
}

//! Which exemptions (paragraffritagelser) each municipality of the demo has adopted. The nine "gennemfører ikke
//! nødvendigvis de samme forsøg", so each has a set of its own; Fredensborg's are those that its council decided on.

use std::fmt::Write as _;

use enplan_domain::catalogue::{Adopted, Adoption, NotAnAdoption, TRIAL, Validity};
use enplan_domain::{Date, Kommunekode};
use jiff::civil::date;

const GATHERED: [&str; 3] = ["frikommune-25", "frikommune-26", "frikommune-27"];

/// What a municipality has adopted beside the gathering of plans, and from when.
const SETS: [(&str, Date, &[&str]); 9] = [
    ("Allerød", date(2018, 1, 1), &["frikommune-29", "frikommune-31", "frikommune-33"]),
    ("Ballerup", TRIAL.from, &["frikommune-28", "frikommune-32", "frikommune-33", "frikommune-34"]),
    (
        "Fredensborg",
        TRIAL.from,
        &[
            "frikommune-28",
            "frikommune-29",
            "frikommune-31",
            "frikommune-32",
            "frikommune-33",
            "frikommune-34",
        ],
    ),
    ("Frederikssund", TRIAL.from, &["frikommune-28", "frikommune-31", "frikommune-33"]),
    (
        "Furesø",
        TRIAL.from,
        &["frikommune-28", "frikommune-29", "frikommune-31", "frikommune-33", "frikommune-34"],
    ),
    ("Gribskov", TRIAL.from, &["frikommune-29", "frikommune-31", "frikommune-32", "frikommune-33"]),
    ("Halsnæs", date(2018, 3, 1), &["frikommune-31", "frikommune-34"]),
    ("Helsingør", date(2017, 11, 1), &["frikommune-28", "frikommune-29", "frikommune-34"]),
    ("Hillerød", TRIAL.from, &["frikommune-29", "frikommune-32", "frikommune-33"]),
];

/// What a municipality has adopted.
pub(super) fn of(municipality: Kommunekode) -> Result<Adopted, NotAnAdoption> {
    let here = SETS.iter().find(|(name, ..)| municipality.name() == Some(name));
    here.into_iter()
        .flat_map(|(_, from, others)| GATHERED.iter().chain(others.iter()).map(move |id| (*from, *id)))
        .map(|(from, id)| Adoption::new(id, Validity { from, ..TRIAL }))
        .collect()
}

/// The same as a section of a node's configuration.
pub(super) fn section(adopted: &Adopted) -> String {
    let mut text = "[exemptions]\n".to_owned();
    for adoption in adopted.iter() {
        let _ = writeln!(text, "{} = \"{}\"", adoption.exemption().id, adoption.validity());
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use enplan_domain::municipality::THE_NINE;

    use super::*;

    #[test]
    fn no_two_municipalities_have_adopted_the_same() {
        let sets: BTreeSet<String> = THE_NINE.iter().map(|(code, _)| section(&of(*code).unwrap())).collect();
        assert_eq!(sets.len(), THE_NINE.len());
        assert_eq!(of("0210".parse().unwrap()).unwrap().iter().count(), 9);
    }

    #[test]
    fn a_day_after_the_trial_none_can_be_leaned_on() {
        let last = TRIAL.until.unwrap();
        for (code, _) in THE_NINE {
            let adopted = of(code).unwrap();
            for adoption in adopted.iter() {
                let id = adoption.exemption().id;
                assert!(adopted.check(id, last).is_ok());
                assert!(adopted.check(id, last.tomorrow().unwrap()).is_err());
            }
        }
    }
}

//! The whole matrix of access, as a file that a person reviews: role x action x resource.
//!
//! After a change on purpose: `BLESS=1 cargo test -p enplan-domain --test rules access`, and read the difference.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use enplan_domain::access::{Action, Denied, Resource, Role, User, decide};
use proptest::prelude::*;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules/access_matrix.txt");

fn user(roles: impl IntoIterator<Item = Role>) -> User {
    User {
        name: "anne.jensen".parse().unwrap(),
        roles: roles.into_iter().collect(),
        unit: Some("Voksne".parse().unwrap()),
    }
}

fn case(caseworker: &str, unit: Option<&str>) -> Resource {
    Resource::Case { caseworker: caseworker.parse().unwrap(), unit: unit.map(|unit| unit.parse().unwrap()) }
}

fn incoming(unit: Option<&str>) -> Resource {
    Resource::IncomingHandover { unit: unit.map(|unit| unit.parse().unwrap()) }
}

fn resources() -> [(&'static str, Resource); 8] {
    [
        ("own case", case("anne.jensen", None)),
        ("own case in another unit", case("anne.jensen", Some("Børn"))),
        ("unit's case", case("bo.holm", Some("Voksne"))),
        ("another unit's case", case("bo.holm", Some("Børn"))),
        ("another's case without a unit", case("bo.holm", None)),
        ("incoming, unsorted", incoming(None)),
        ("incoming, another unit's", incoming(Some("Børn"))),
        ("node", Resource::Node),
    ]
}

fn matrix() -> String {
    let mut text = String::from("# Who may do what: each role alone, its user in the unit Voksne.\n");
    for role in Role::ALL {
        writeln!(text, "\n{role}").unwrap();
        for action in Action::ALL {
            let answers: Vec<_> = resources()
                .into_iter()
                .filter_map(|(name, resource)| match decide(&user([role]), action, &resource) {
                    Ok(()) => Some(format!("{name}: yes")),
                    Err(Denied::NotTheirs) => Some(format!("{name}: no (need-to-know)")),
                    Err(Denied::RoleMayNot | Denied::DoesNotApply) => None,
                })
                .collect();
            let answers = if answers.is_empty() { "never".to_owned() } else { answers.join("; ") };
            writeln!(text, "  {:18} {answers}", action.as_str()).unwrap();
        }
    }
    text
}

#[test]
fn the_matrix_is_the_one_that_was_reviewed() {
    let now = matrix();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(GOLDEN, &now).unwrap();
    }
    let reviewed = std::fs::read_to_string(GOLDEN).unwrap();
    assert_eq!(now, reviewed, "access has changed: review {GOLDEN}");
}

#[test]
fn a_unit_that_is_not_known_opens_no_case_without_one() {
    let nowhere = User { unit: None, ..user([Role::Caseworker]) };
    assert_eq!(decide(&nowhere, Action::SeePlan, &case("bo.holm", None)), Err(Denied::NotTheirs));
    assert_eq!(decide(&nowhere, Action::AcceptHandover, &incoming(Some("Børn"))), Err(Denied::NotTheirs));
}

#[test]
fn nobody_without_a_role_may_do_anything() {
    for action in Action::ALL {
        for (_, resource) in resources() {
            assert!(decide(&user([]), action, &resource).is_err());
        }
    }
}

#[test]
fn roles_that_see_no_citizens_see_none() {
    for role in [Role::Reviewer, Role::Coordinator, Role::Operator, Role::Dpo] {
        for action in Action::ALL {
            for (name, resource) in resources().into_iter().filter(|(name, _)| *name != "node") {
                assert!(decide(&user([role]), action, &resource).is_err(), "{role} {action:?} {name}");
            }
        }
    }
}

proptest! {
    #[test]
    fn roles_add_up_to_no_more_than_each_of_them_gives(
        mask in 0_usize..64, action in 0..Action::ALL.len(), resource in 0_usize..8,
    ) {
        let roles: BTreeSet<_> = Role::ALL.into_iter().enumerate().filter(|(n, _)| mask >> n & 1 == 1).map(|(_, role)| role).collect();
        let (action, (_, resource)) = (Action::ALL[action], resources()[resource].clone());
        let together = decide(&user(roles.clone()), action, &resource).is_ok();
        let one_of_them = roles.into_iter().any(|role| decide(&user([role]), action, &resource).is_ok());
        prop_assert_eq!(together, one_of_them);
    }
}

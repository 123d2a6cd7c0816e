//! Who is in the demo network: staff, and a handful of citizens who do not exist.

use enplan_domain::access::Role;

/// The unit that all staff of the demo belong to.
pub(super) const UNIT: &str = "Borger og Familie";

/// A member of staff, the same in every municipality.
#[derive(Debug)]
pub(super) struct Staff {
    /// The name to log in with.
    pub(super) username: &'static str,
    /// The name to show.
    pub(super) display_name: &'static str,
    /// What they are.
    pub(super) role: Role,
}

/// Everybody who can log in.
pub(super) const STAFF: [Staff; 6] = [
    staff("sagsbehandler", "Sanne Sagsbehandler", Role::Caseworker),
    staff("sagsbehandler2", "Søren Sagsbehandler", Role::Caseworker),
    staff("teamleder", "Tove Teamleder", Role::TeamLead),
    staff("drift", "Dorthe Drift", Role::Operator),
    staff("dpo", "Dines Databeskyttelse", Role::Dpo),
    staff("koordinator", "Karen Koordinator", Role::Coordinator),
];

/// Who registers the citizens.
pub(super) const REGISTRAR: &str = STAFF[0].username;

const fn staff(username: &'static str, display_name: &'static str, role: Role) -> Staff {
    Staff { username, display_name, role }
}

/// A citizen who does not exist: a replacement number (day + 60), and a name that says so.
#[derive(Debug)]
pub(super) struct Citizen {
    /// The municipality's name.
    pub(super) municipality: &'static str,
    /// The CPR number.
    pub(super) cpr: &'static str,
    /// The name.
    pub(super) name: &'static str,
    /// What is in the plan.
    pub(super) goals: &'static [Goal],
}

/// A goal and what is done for it.
#[derive(Debug)]
pub(super) struct Goal {
    /// In words.
    pub(super) text: &'static str,
    /// The sector's id in the catalogue.
    pub(super) sector: &'static str,
    /// In words.
    pub(super) actions: &'static [&'static str],
}

const WORK: &[Goal] = &[
    Goal {
        text: "At komme i arbejde 20 timer om ugen",
        sector: "employment",
        actions: &["Virksomhedspraktik i et gartneri", "Mentor to timer om ugen"],
    },
    Goal { text: "At sove om natten", sector: "health", actions: &["Samtale med egen læge"] },
];

const HOME: &[Goal] = &[
    Goal {
        text: "At holde fast i egen bolig",
        sector: "housing",
        actions: &["Bostøtte tre timer om ugen", "Aftale om husleje"],
    },
    Goal {
        text: "At få struktur på hverdagen",
        sector: "social",
        actions: &["Ugeskema sammen med bostøtten"],
    },
];

const SCHOOL: &[Goal] = &[Goal {
    text: "At blive færdig med uddannelsen",
    sector: "education",
    actions: &["Mentor på skolen", "Lektiehjælp"],
}];

const NETWORK: &[Goal] =
    &[Goal { text: "At få et netværk", sector: "social", actions: &["Værested på torsdage"] }];

/// Everybody who has a plan.
pub(super) const CITIZENS: [Citizen; 20] = [
    citizen("Allerød", "6101800015", "TESTDATA Asger Ask", WORK),
    citizen("Allerød", "6202750026", "TESTDATA Agnes Anemone", HOME),
    citizen("Ballerup", "6303910037", "TESTDATA Bent Birk", SCHOOL),
    citizen("Ballerup", "6404660048", "TESTDATA Birthe Bøg", NETWORK),
    citizen("Fredensborg", "6505880051", "TESTDATA Frode Fyr", WORK),
    citizen("Fredensborg", "6606710062", "TESTDATA Freja Fuglegræs", HOME),
    citizen("Frederikssund", "6707930073", "TESTDATA Folmer Fladbælg", SCHOOL),
    citizen("Frederikssund", "6808590084", "TESTDATA Fanny Fjeldrose", NETWORK),
    citizen("Furesø", "6909840095", "TESTDATA Frits Forglemmigej", WORK),
    citizen("Furesø", "7010770106", "TESTDATA Fie Frøstjerne", HOME),
    citizen("Gribskov", "7111900117", "TESTDATA Gunnar Gran", WORK),
    citizen("Gribskov", "7212850128", "TESTDATA Gudrun Guldregn", HOME),
    citizen("Gribskov", "7301960139", "TESTDATA Gorm Gyvel", SCHOOL),
    citizen("Gribskov", "7402690140", "TESTDATA Gerda Gåseurt", NETWORK),
    citizen("Halsnæs", "7503820151", "TESTDATA Hans Hassel", WORK),
    citizen("Halsnæs", "7604740162", "TESTDATA Hanne Hyld", HOME),
    citizen("Helsingør", "7705920173", "TESTDATA Helge Havtorn", SCHOOL),
    citizen("Helsingør", "7806630184", "TESTDATA Hedvig Hvidtjørn", NETWORK),
    citizen("Hillerød", "7907870195", "TESTDATA Holger Humle", WORK),
    citizen("Hillerød", "8008780206", "TESTDATA Helene Hjortetrøst", HOME),
];

const fn citizen(
    municipality: &'static str,
    cpr: &'static str,
    name: &'static str,
    goals: &'static [Goal],
) -> Citizen {
    Citizen { municipality, cpr, name, goals }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use enplan_domain::fhir::{Limits, import, read_bundle};
    use enplan_domain::municipality::THE_NINE;
    use enplan_domain::plan::Plan;
    use enplan_domain::{Context, Cpr, Timestamp, UserName, catalogue, stamp};

    use super::*;

    #[test]
    fn nobody_in_the_demo_can_be_taken_for_somebody_real() {
        let mut numbers = BTreeSet::new();
        for citizen in &CITIZENS {
            let cpr: Cpr = citizen.cpr.parse().unwrap();
            assert!(cpr.is_replacement(), "{}", citizen.name);
            assert!(citizen.name.starts_with("TESTDATA "), "{}", citizen.name);
            assert!(numbers.insert(citizen.cpr), "{}", citizen.name);
        }
    }

    #[test]
    fn every_municipality_has_two_citizens_at_least_and_gribskov_four() {
        for (_, name) in THE_NINE {
            let count = CITIZENS.iter().filter(|citizen| citizen.municipality == name).count();
            assert_eq!(count, if name == "Gribskov" { 4 } else { 2 }, "{name}");
        }
    }

    #[test]
    fn every_user_name_is_one_and_every_sector_is_in_the_catalogue() {
        for staff in &STAFF {
            staff.username.parse::<UserName>().unwrap();
        }
        let today = stamp::danish_day("2026-01-05T09:00:00Z".parse::<Timestamp>().unwrap());
        for goal in CITIZENS.iter().flat_map(|citizen| citizen.goals) {
            assert!(catalogue::sector(goal.sector, today).is_some(), "{}", goal.sector);
        }
    }

    #[test]
    fn the_bundle_of_the_tour_is_understood_whole_and_of_nobody_real() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/demo/testborger-gribskov.json");
        let bytes = std::fs::read(path).unwrap();
        assert!(String::from_utf8_lossy(&bytes).contains("TESTDATA"));
        let bundle = read_bundle(&bytes, Limits::default()).unwrap();
        let context = Context {
            now: "2026-01-05T09:00:00Z".parse().unwrap(),
            actor: REGISTRAR.parse().unwrap(),
            municipality: "0270".parse().unwrap(),
            frozen: false,
            adopted: catalogue::Adopted::default(),
        };
        let imported = import(None, &bundle, &context).unwrap();
        assert_eq!(imported.report.not_understood, []);
        assert_eq!(imported.report.remarks, []);
        assert_eq!(imported.report.added.len(), 8);
        let plan = Plan::from_events(&imported.events).unwrap();
        assert!(plan.citizen.cpr.is_replacement());
    }
}

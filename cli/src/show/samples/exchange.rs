//! Reports that were taken in.

use enplan_proto::{exchange, plan};

use super::CASE;

pub(crate) fn import() -> plan::v1::ImportBundleResponse {
    let finding = |resource: &str, element: &str, code: &str, text: &str| plan::v1::ImportFinding {
        resource: resource.into(),
        element: element.into(),
        code: code.into(),
        text: text.into(),
        title: "Tage bussen alene".into(),
    };
    plan::v1::ImportBundleResponse {
        case_id: CASE.into(),
        created: true,
        taken: vec![finding("Goal/goal-1", "", "GOAL_TAKEN", "Taget ind som mål.")],
        updated: vec![],
        unchanged: 3,
        listed: vec![finding(
            "Goal/goal-1",
            "extension[0]",
            "EXTENSION_UNKNOWN",
            "Udvidelsen er ikke forstået.",
        )],
        version: 1,
    }
}

pub(crate) fn citizens_imported() -> exchange::v1::ImportCitizensResponse {
    use exchange::v1::citizen_import::Outcome;
    let one = |resource: &str, outcome| exchange::v1::CitizenImport {
        resource: resource.into(),
        outcome: Some(outcome),
    };
    let refused = exchange::v1::ImportRefusal {
        code: "BUNDLE_CITIZEN_DIED".into(),
        text: "Borgeren er død og har ingen plan her. Der oprettes ingen.".into(),
    };
    let family = plan::v1::ImportFinding {
        resource: "Group/familie".into(),
        element: "Group".into(),
        code: "FAMILY".into(),
        text: "en familie på 2: hver har sin egen plan".into(),
        title: String::new(),
    };
    exchange::v1::ImportCitizensResponse {
        citizens: vec![
            one("Patient/1", Outcome::Taken(import())),
            one("Patient/2", Outcome::Refused(refused)),
        ],
        rest: vec![family],
    }
}

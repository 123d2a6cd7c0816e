//! What came after the trial, by the law of today.

use super::{Goal, SUPPORT_AT_HOME, action, goal};

/// Goals of this year.
pub(in super::super) const LATER: &[Goal] = &[
    goal(
        "employment",
        "At holde fast i jobbet",
        &[],
        &[action("employment", "Mentor på arbejdspladsen, en time om ugen")
            .under(&["lab-167"])
            .with("Jobcentret, mentor")],
    ),
    goal(
        "employment",
        "At prøve et nyt fag",
        &[],
        &[action("employment", "Virksomhedspraktik i fire uger")
            .under(&["lab-57"])
            .when("Når borgeren har besøgt stedet og selv siger til")
            .with("Jobcentret, virksomhedskonsulent")],
    ),
    goal(
        "social",
        "At klare hverdagen med mindre støtte",
        &[],
        &[action("social", "Bostøtte en time om ugen, trappes ned").under(SUPPORT_AT_HOME).with("Bostøtten")],
    ),
    goal(
        "health",
        "At holde det, der er opnået",
        &[],
        &[action("health", "Åben rådgivning på sundhedscentret").with("Sundhedscentret")],
    ),
];

//! Who is logged in.

use enplan_proto::session::v1;
use jiff::Timestamp;
use serde::Serialize;

use super::layout::Page;
use super::words::{Municipality, or_empty, place, some, time};
use crate::terminal::View;

/// A session: after `login`, and what `whoami` shows.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct LoggedIn {
    profile: String,
    node: String,
    username: String,
    display_name: Option<String>,
    roles: Vec<String>,
    unit: Option<String>,
    municipality: Option<Municipality>,
    expires_at: Option<Timestamp>,
}

impl LoggedIn {
    /// A user's session in a profile. The token is no part of it.
    pub(crate) fn new(profile: &str, node: &str, user: v1::User, expires_at: Option<Timestamp>) -> Self {
        Self {
            profile: profile.to_owned(),
            node: node.to_owned(),
            username: user.username,
            display_name: some(user.display_name),
            roles: user.roles,
            unit: some(user.unit),
            municipality: Municipality::of(user.municipality),
            expires_at,
        }
    }

    /// Whether the user has a role.
    pub(crate) fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }
}

fn role(id: &str) -> &str {
    match id {
        "caseworker" => "sagsbehandler",
        "team-lead" => "teamleder",
        "reviewer" => "redaktør",
        "coordinator" => "koordinator",
        "operator" => "drift",
        "dpo" => "databeskyttelsesrådgiver",
        other => other,
    }
}

impl View for LoggedIn {
    fn page(&self) -> Page {
        let roles: Vec<_> = self.roles.iter().map(|id| role(id)).collect();
        Page::new().fields([
            ("Bruger", self.username.clone()),
            ("Navn", or_empty(self.display_name.as_ref())),
            ("Roller", roles.join(", ")),
            ("Enhed", or_empty(self.unit.as_ref())),
            ("Kommune", place(self.municipality.as_ref())),
            ("Node", self.node.clone()),
            ("Profil", self.profile.clone()),
            ("Logget ind til", time(self.expires_at)),
        ])
    }
}

/// A session that was ended.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct LoggedOut {
    pub(crate) profile: String,
    /// Whether the node knows; if not, the session lasts there until it runs out.
    pub(crate) node_told: bool,
}

impl View for LoggedOut {
    fn page(&self) -> Page {
        let page = Page::new().fields([("Logget ud af profilen", self.profile.clone())]);
        if self.node_told {
            return page;
        }
        page.line("Noden kunne ikke få det at vide: sessionen er slettet her, men gælder på noden, til den udløber.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn a_session_is_shown_without_its_token() {
        let expires_at = "2027-01-12T16:30:00Z".parse().ok();
        let session = LoggedIn::new("gribskov", "https://localhost:7406", samples::user(), expires_at);
        insta::assert_snapshot!("whoami_screen", session.page().human(false));
        insta::assert_json_snapshot!("whoami_json", session);
    }

    #[test]
    fn logging_out_says_whether_the_node_knows() {
        let out = |node_told| LoggedOut { profile: "gribskov".into(), node_told };
        insta::assert_json_snapshot!("logout_json", out(true));
        assert!(out(false).page().human(false).contains("til den udløber"));
        assert!(!out(true).page().human(false).contains("til den udløber"));
    }
}

//! `login`, `logout`, `whoami`.

use enplan_proto::session::v1::{LogInRequest, LogOutRequest, User, WhoAmIRequest};
use jiff::Timestamp;

use crate::arguments::LogInArguments;
use crate::connection::Node;
use crate::failure::{Exit, Failure};
use crate::input::{self, Secret};
use crate::profile::{Profile, Profiles, Session};
use crate::show::{LoggedIn, LoggedOut, instant};
use crate::terminal::Terminal;

/// Logs in and keeps the session in the profile.
pub(crate) async fn log_in(
    arguments: LogInArguments,
    profiles: &Profiles,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let profile = wanted(&arguments, profiles.load()?)?;
    let node = Node::connect(&profile, None)?;
    let password = input::password(arguments.password_file.as_ref(), terminal)?;
    let request = LogInRequest { username: profile.user.clone(), password: password.0 };
    let answer = node.sessions().log_in(request).await;
    let answer = answer.map_err(|status| Failure::from(status).at(node.url()))?.into_inner();
    let user = answer.user.ok_or_else(Failure::incomplete_answer)?;
    let expires_at = instant(answer.expires_at);
    let session = Session { token: Secret(answer.token), expires_at };
    profiles.save(&Profile { session: Some(session), ..profile })?;
    show(profiles.name(), &node, user, expires_at, terminal)
}

/// The profile to log in with: what was asked for, and for the rest what it was before.
fn wanted(arguments: &LogInArguments, before: Option<Profile>) -> Result<Profile, Failure> {
    let missing = |flag: &str| {
        Failure::usage(
            "USAGE",
            format!("Der mangler {flag}: profilen har ikke været brugt før. Se enplan login --help."),
        )
    };
    let node = arguments.node.clone().or_else(|| before.as_ref().map(|before| before.node.clone()));
    let user = arguments.user.clone().or_else(|| before.as_ref().map(|before| before.user.clone()));
    let ca = match &arguments.ca {
        // Kept as an absolute path: the next command may be run from elsewhere.
        Some(path) => Some(std::fs::canonicalize(path).map_err(|cause| {
            Failure::usage("FILE_UNREADABLE", format!("Filen {} kan ikke læses.", path.display()))
                .because(&cause)
        })?),
        None => before.map(|before| before.ca),
    };
    Ok(Profile {
        node: node.ok_or_else(|| missing("--node URL"))?,
        ca: ca.ok_or_else(|| missing("--ca FIL"))?,
        user: user.ok_or_else(|| missing("--user NAVN"))?,
        session: None,
    })
}

/// Ends the session, on the node if it can be reached, and here in any case.
pub(crate) async fn log_out(profiles: &Profiles, terminal: &mut Terminal) -> Result<(), Failure> {
    let (profile, session) = profiles.logged_in()?;
    let told = match Node::connect(&profile, Some(&session.token)) {
        Ok(node) => node.sessions().log_out(LogOutRequest {}).await.map(|_| ()).map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    profiles.save(&Profile { session: None, ..profile })?;
    // A session that the node no longer knows is ended there too.
    let node_told = told.map_or_else(|failure| failure.exit == Exit::Denied, |()| true);
    terminal.show(&LoggedOut { profile: profiles.name().to_owned(), node_told })
}

/// Shows whose session it is.
pub(crate) async fn who_am_i(profile: &str, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let answer = node.sessions().who_am_i(WhoAmIRequest {}).await?.into_inner();
    let user = answer.user.ok_or_else(Failure::incomplete_answer)?;
    show(profile, node, user, instant(answer.expires_at), terminal)
}

fn show(
    profile: &str,
    node: &Node,
    user: User,
    expires_at: Option<Timestamp>,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let session = LoggedIn::new(profile, node.url(), user, expires_at);
    terminal.show(&session)?;
    let next = if session.has_role("operator") { "node status" } else { "plan list" };
    terminal.suggest(&[next.to_owned()]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before() -> Profile {
        Profile {
            node: "https://localhost:7401".to_owned(),
            ca: "/etc/enplan/ca.pem".into(),
            user: "anna".to_owned(),
            session: None,
        }
    }

    fn nothing() -> LogInArguments {
        LogInArguments { node: None, ca: None, user: None, password_file: None }
    }

    #[test]
    fn logging_in_again_needs_nothing_but_the_password() {
        assert_eq!(wanted(&nothing(), Some(before())).unwrap(), before());
    }

    #[test]
    fn what_is_asked_for_goes_before_what_was() {
        let arguments = LogInArguments { user: Some("bo".to_owned()), ..nothing() };
        assert_eq!(wanted(&arguments, Some(before())).unwrap().user, "bo");
    }

    #[test]
    fn a_new_profile_says_which_flag_is_missing() {
        let failure = wanted(&nothing(), None).unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (Exit::Usage, "USAGE"));
        assert!(failure.message.contains("--node URL"));
    }
}

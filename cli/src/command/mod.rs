//! What each verb does: ask the node, show the answer, suggest what to do next.

mod assessing;
mod basis;
mod coordination;
mod exchange;
mod family;
mod handover;
mod household;
mod lines;
mod meeting;
mod merging;
mod node;
mod plan;
mod printing;
mod program;
mod relocation;
mod session;
mod statement;
mod statistics;
mod terminology;
mod worklist;
mod writing;

#[cfg(test)]
mod rehearsal;

use crate::arguments::Verb;
use crate::connection::Node;
use crate::failure::Failure;
use crate::profile::Profiles;
use crate::terminal::Terminal;

/// Carries a command out.
pub(crate) async fn run(verb: Verb, profiles: &Profiles, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        Verb::Login(arguments) => return session::log_in(arguments, profiles, terminal).await,
        Verb::Logout => return session::log_out(profiles, terminal).await,
        Verb::Completions { shell } => return program::completions(shell, terminal),
        Verb::Man { dir } => return program::manual(dir, terminal),
        Verb::Help { words } => return program::help(&words, terminal),
        _ => {}
    }
    let (profile, session) = profiles.logged_in()?;
    let node = Node::connect(&profile, Some(&session.token))?;
    let done = match verb {
        Verb::Whoami => session::who_am_i(profiles.name(), &node, terminal).await,
        Verb::Worklist(arguments) => worklist::list(arguments, &node, terminal).await,
        Verb::Plan(verb) => plan::run(verb, &node, terminal).await,
        Verb::Household(verb) => household::run(verb, &node, terminal).await,
        Verb::Statement(verb) => statement::run(verb, &node, terminal).await,
        Verb::Meeting(verb) => meeting::run(verb, &node, terminal).await,
        Verb::Basis(verb) => basis::look(verb, &node, terminal).await,
        Verb::Catalogue { on } => plan::catalogue(on, &node, terminal).await,
        Verb::Consent(verb) => basis::consent(verb, &node, terminal).await,
        Verb::Duty(verb) => basis::duty(verb, &node, terminal).await,
        Verb::Statute(verb) => basis::statute(verb, &node, terminal).await,
        Verb::Handover(verb) => handover::run(verb, &node, terminal).await,
        Verb::Relocation(verb) => relocation::run(verb, &node, terminal).await,
        Verb::Subscription(verb) => relocation::subscriptions(verb, &node, terminal).await,
        Verb::Statistics(verb) => statistics::run(verb, &node, terminal).await,
        Verb::Node(verb) => node::status(&verb, &node, terminal).await,
        Verb::Terminology(verb) => terminology::run(verb, &node, terminal).await,
        Verb::Account(verb) => node::account(verb, &node, terminal).await,
        Verb::Audit(verb) => node::audit(verb, &node, terminal).await,
        Verb::Login(_) | Verb::Logout | Verb::Completions { .. } | Verb::Man { .. } | Verb::Help { .. } => {
            Ok(())
        }
    };
    done.map_err(|failure| failure.at(node.url()))
}

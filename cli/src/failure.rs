//! What went wrong, as people and scripts are told it, and the exit code that goes with it.
//!
//! The node says what happened and what to do in Danish, with a stable code; this file only passes it on. Its own words
//! are for what no node could say: that it can't be reached, or that something here is missing.

use std::error::Error;
use std::process::ExitCode;

use enplan_transport::DialError;
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// What a failed command ends with. Documented in `docs/cli.md`; never renumbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 1: the node refused it, or it did not come to what was asked for.
    Refused,
    /// 2: it could not be asked: the command line, a file or an answer is missing or wrong.
    Usage,
    /// 3: not logged in, or not allowed.
    Denied,
    /// 4: the node could not be reached, or did not answer in time.
    Unreachable,
    /// 5: the node asks to try again later.
    TryAgain,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::Denied => 3,
            Exit::Unreachable => 4,
            Exit::TryAgain => 5,
        })
    }
}

/// A field that the node found fault with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    field: String,
    description: String,
}

/// A failed command. Its text holds nothing of a citizen that the node did not put there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// A stable code: the node's, or one of this program's own.
    pub(crate) code: String,
    /// What happened and what to do, in Danish.
    pub(crate) message: String,
    violations: Box<[Violation]>,
    /// The status' name, where it came as one.
    grpc: Option<&'static str>,
    /// For whoever looks after the network: what the connection said.
    technical: Option<Box<str>>,
    /// The command that shows more of it, without the program's name.
    pub(crate) next: Option<Box<str>>,
}

impl Failure {
    /// A failure of this program's own.
    pub(crate) fn new(exit: Exit, code: &str, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.to_owned(),
            message: message.into(),
            violations: Box::default(),
            grpc: None,
            technical: None,
            next: None,
        }
    }

    /// The command can't be carried out as it was given.
    pub(crate) fn usage(code: &str, message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, code, message)
    }

    /// The node's answer lacks what the contract promises.
    pub(crate) fn incomplete_answer() -> Self {
        Self::new(
            Exit::Refused,
            "ANSWER_INCOMPLETE",
            "Nodens svar mangler noget. Se efter, at enplan og noden har samme version.",
        )
    }

    /// The same, with what the system or the connection said for whoever looks after it.
    pub(crate) fn because(mut self, cause: &dyn Error) -> Self {
        self.technical = Some(chain(cause).into());
        self
    }

    /// The same, with the command that shows more of it.
    pub(crate) fn then(mut self, command: String) -> Self {
        self.next = Some(command.into());
        self
    }

    /// The same, saying which node could not be reached.
    pub(crate) fn at(mut self, node: &str) -> Self {
        if self.exit == Exit::Unreachable {
            self.message = self.message.replace("Noden", &format!("Noden på {node}"));
        }
        self
    }

    /// As people read it, on several lines.
    pub(crate) fn text(&self) -> String {
        let violation = |violation: &Violation| format!("  {}: {}", violation.field, violation.description);
        let mut lines = vec![self.message.clone()];
        lines.extend(self.violations.iter().map(violation));
        lines.push(format!("Fejlkode: {}", self.code));
        lines.extend(self.technical.iter().map(|technical| format!("Teknisk: {technical}")));
        lines.join("\n")
    }

    /// As scripts read it: `{"error":{"code","message","field"?,"grpc"?}}`.
    pub(crate) fn json(&self) -> serde_json::Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(violation) = self.violations.first() {
            error["field"] = json!(violation.field);
        }
        if let Some(grpc) = self.grpc {
            error["grpc"] = json!(grpc);
        }
        json!({ "error": error })
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let grpc = Some(grpc_name(status.code()));
        let Some(info) = details.error_info() else {
            let own = match DialError::behind(&status) {
                Some(DialError::Refused { .. }) => not_trusted(),
                _ => without_details(status.code()),
            };
            return Self { grpc, technical: Some(technical(&status).into()), ..own };
        };
        let violations = details
            .bad_request()
            .map(|bad| &bad.field_violations[..])
            .unwrap_or_default()
            .iter()
            .map(|violation| Violation {
                field: violation.field.clone(),
                description: violation.description.clone(),
            })
            .collect();
        let message = details.localized_message().map_or_else(
            || "Noden afviste det uden at sige hvorfor på dansk.".to_owned(),
            |localized| localized.message.clone(),
        );
        let exit = match status.code() {
            Code::Unauthenticated | Code::PermissionDenied => Exit::Denied,
            Code::Unavailable => Exit::TryAgain,
            _ if details.retry_info().is_some() => Exit::TryAgain,
            _ => Exit::Refused,
        };
        Self { exit, code: info.reason.clone(), message, violations, grpc, technical: None, next: None }
    }
}

fn not_trusted() -> Failure {
    Failure::new(
        Exit::Unreachable,
        "NODE_NOT_TRUSTED",
        "Noden kan ikke bevise, at den er den rigtige, så intet er sendt til den. Se efter, at CA-filen er den, du har \
         fået af driften; er den det, så sig det til driften.",
    )
}

/// A status that no node of ours explained: it comes from the connection, or from something in between.
fn without_details(code: Code) -> Failure {
    match code {
        Code::Unavailable => Failure::new(
            Exit::Unreachable,
            "NODE_UNREACHABLE",
            "Noden kan ikke nås. Se efter, at adressen og CA-filen er rigtige, og at noden kører.",
        ),
        Code::Cancelled | Code::DeadlineExceeded => Failure::new(
            Exit::Unreachable,
            "NO_ANSWER",
            "Noden svarede ikke i tide. Det kan være udført alligevel: se efter, før du prøver igen.",
        ),
        Code::Unauthenticated => {
            Failure::new(Exit::Denied, "NOT_LOGGED_IN", "Du er ikke logget ind. Log ind, og prøv igen.")
        }
        Code::PermissionDenied => Failure::new(Exit::Denied, "DENIED", "Det har du ikke adgang til."),
        Code::Unimplemented => Failure::new(
            Exit::Refused,
            "NOT_KNOWN_BY_NODE",
            "Noden kender ikke denne handling. Se efter, at enplan og noden har samme version.",
        ),
        other => Failure::new(
            Exit::Refused,
            grpc_name(other),
            "Noden svarede med en fejl, som den ikke forklarede. Spørg driften, og nævn tidspunktet.",
        ),
    }
}

/// A status' own text and everything below it. Without details it is the connection's text, never a citizen's.
fn technical(status: &Status) -> String {
    match (DialError::behind(status), status.source()) {
        (Some(dial), _) => chain(dial),
        (None, Some(source)) => format!("{}: {}", status.message(), chain(source)),
        (None, None) => status.message().to_owned(),
    }
}

fn chain(error: &dyn Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut below = error.source();
    while let Some(error) = below {
        texts.push(error.to_string());
        below = error.source();
    }
    texts.dedup();
    texts.join(": ")
}

/// The name that gRPC gives a code.
fn grpc_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use tonic_types::ErrorDetails;

    use super::*;

    pub(crate) fn refusal(code: Code, reason: &str, message: &str) -> Status {
        let mut details =
            ErrorDetails::with_error_info(reason, "enplan", [("owner".to_owned(), "0219".to_owned())]);
        details.set_localized_message("da", message);
        Status::with_error_details(code, "not for people", details)
    }

    #[test]
    fn a_refusal_is_told_in_the_node_s_own_danish_words_with_its_code() {
        let failure = Failure::from(refusal(
            Code::FailedPrecondition,
            "NOT_OURS",
            "Planen hører nu til hos Hillerød Kommune. Kontakt kommunen.",
        ));
        assert_eq!(failure.exit, Exit::Refused);
        insta::assert_snapshot!(failure.text(), @r"
        Planen hører nu til hos Hillerød Kommune. Kontakt kommunen.
        Fejlkode: NOT_OURS
        ");
        insta::assert_json_snapshot!(failure.json(), @r#"
        {
          "error": {
            "code": "NOT_OURS",
            "grpc": "FAILED_PRECONDITION",
            "message": "Planen hører nu til hos Hillerød Kommune. Kontakt kommunen."
          }
        }
        "#);
    }

    #[test]
    fn a_field_that_is_wrong_is_named() {
        let mut details =
            ErrorDetails::with_error_info("CPR_MALFORMED", "enplan", [("k".to_owned(), "v".to_owned())]);
        details.set_localized_message("da", "Skriv et CPR-nummer med ti cifre.");
        details.add_bad_request_violation("cpr", "ti cifre");
        let failure = Failure::from(Status::with_error_details(Code::InvalidArgument, "x", details));
        assert_eq!(failure.json()["error"]["field"], "cpr");
        assert!(failure.text().contains("\n  cpr: ti cifre\n"), "{}", failure.text());
    }

    #[test]
    fn each_kind_of_answer_has_its_exit_code() {
        let exit = |status: Status| Failure::from(status).exit;
        assert_eq!(exit(refusal(Code::FailedPrecondition, "X", "x")), Exit::Refused);
        assert_eq!(exit(refusal(Code::NotFound, "X", "x")), Exit::Refused);
        assert_eq!(exit(refusal(Code::Unauthenticated, "X", "x")), Exit::Denied);
        assert_eq!(exit(refusal(Code::PermissionDenied, "X", "x")), Exit::Denied);
        assert_eq!(exit(refusal(Code::Unavailable, "NO_QUORUM", "x")), Exit::TryAgain);
        assert_eq!(exit(Status::unavailable("tcp connect error")), Exit::Unreachable);
        assert_eq!(exit(Status::cancelled("Timeout expired")), Exit::Unreachable);
        let mut details =
            ErrorDetails::with_error_info("TOO_MANY", "enplan", [("k".to_owned(), "v".to_owned())]);
        details.set_retry_info(Some(Duration::from_mins(1)));
        assert_eq!(exit(Status::with_error_details(Code::ResourceExhausted, "x", details)), Exit::TryAgain);
    }

    #[test]
    fn a_node_that_can_t_be_reached_is_named() {
        let failure = Failure::from(Status::unavailable("tcp connect error")).at("https://localhost:7401");
        assert!(
            failure.text().starts_with("Noden på https://localhost:7401 kan ikke nås."),
            "{}",
            failure.text()
        );
        assert!(failure.text().contains("Teknisk: tcp connect error"));
    }
}
